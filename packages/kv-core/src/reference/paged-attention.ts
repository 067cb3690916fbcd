import type { AttentionCall } from "../backend/kernel-backend.ts";
import { KernelFailedError } from "../errors/kernel-failed-error.ts";
import { kvBytesPerTokenAndHead } from "../model/kv-dtype.ts";
import type { KvLayerSpec } from "../model/model-shape.ts";
import type { SequenceRows } from "../plan/read-plan.ts";
import type { Segment, SegmentEncoding } from "../plan/segment.ts";
import type { Selector } from "../plan/selector.ts";
import { storedPosition } from "../plan/validate-segment.ts";
import { BLOCK_REPRESENTATIVES } from "./block-representatives.ts";
import { dot } from "./dense-attention.ts";
import type { OpenedPiece, ReferenceKvStore } from "./reference-kv-store.ts";
import { operand, type TensorData } from "./reference-tensor.ts";
import { rotate } from "./rope.ts";
import { logSumExp } from "./softmax.ts";
import { topBlocks } from "./top-blocks.ts";

/** A segment's keys and values of one KV head, `[length, headDim]`, and the positions at which its readers see them. */
interface SegmentKv {
  readonly segment: Segment;
  readonly keys: Float64Array;
  readonly values: Float64Array;
  readonly positions: readonly number[];
  /** Of the blocks a selector has scored, by first token. */
  readonly representatives: Map<number, Float64Array>;
  /** What the tokens are encoded as; none of a dense segment. */
  readonly pieces: readonly OpenedPiece[];
}

/**
 * Attention as `KernelBackend.attention` describes it: every visible token of every segment under one softmax, in f64.
 * @returns the smallest margin of all choices of blocks: where it is tiny, another order of summation may choose otherwise
 */
export function pagedAttention(call: AttentionCall, store: ReferenceKvStore): number {
  const layer = store.layer(call.layer);
  const { queryHeads } = call;
  if (queryHeads % layer.kvHeads !== 0) {
    throw new KernelFailedError({
      kernel: "attention",
      reason: `${queryHeads} query heads do not share ${layer.kvHeads} KV heads evenly.`,
    });
  }
  const { sequences, reads } = call.step.plan;
  const rows = sequences.reduce((end, { firstRow, rows: count }) => Math.max(end, firstRow + count), 0);
  const queries = operand("attention", "queries", call.queries, "f32", rows * queryHeads * layer.headDim);
  const out = operand("attention", "out", call.out, "f32", rows * queryHeads * layer.headDim);
  const lse = call.lse && operand("attention", "lse", call.lse, "f32", rows * queryHeads);
  const frequencies = operand("attention", "frequencies", call.frequencies, "f32", layer.headDim / 2);
  let margin = Infinity;
  for (let kvHead = 0; kvHead < layer.kvHeads; kvHead++) {
    const segments = reads
      .filter((read) => (read.layers === "all" || read.layers.includes(call.layer)) && (read.kvHead === "all" || read.kvHead === kvHead))
      .flatMap((read) => read.segments)
      .map((segment) => loadSegment(segment, store, layer, kvHead));
    const head = new HeadAttention(call, layer, kvHead, { queries, out, lse, frequencies }, store);
    for (const sequence of sequences) {
      const own = segments.filter(({ segment }) => segment.readers.includes(sequence.sequence));
      for (let row = 0; row < sequence.rows; row++) head.run(sequence, row, own);
    }
    margin = Math.min(margin, head.margin);
  }
  return margin;
}

function loadSegment(segment: Segment, store: ReferenceKvStore, layer: KvLayerSpec, kvHead: number): SegmentKv {
  if (segment.encoding !== undefined) return loadEncoded(segment, segment.encoding, store, layer, kvHead);
  const { pageSize } = store.spec;
  const kv = { keys: new Float64Array(segment.length * layer.headDim), values: new Float64Array(segment.length * layer.headDim) };
  const positions: number[] = [];
  for (let token = 0; token < segment.length; token++) {
    const flat = segment.skip + token;
    const slot = (segment.pages[Math.floor(flat / pageSize)] as number) * pageSize + (flat % pageSize);
    store.readVector(layer.owner, slot, kvHead, kv, token * layer.headDim);
    positions.push(storedPosition(segment, token) + segment.shift);
  }
  return { segment, ...kv, positions, representatives: new Map(), pieces: [] };
}

function loadEncoded(
  segment: Segment,
  { codec, pieces }: SegmentEncoding,
  store: ReferenceKvStore,
  layer: KvLayerSpec,
  kvHead: number,
): SegmentKv {
  const opened = pieces.map((piece) => store.openEncoded(codec, piece, layer.owner, kvHead));
  const all = (side: "keys" | "values"): Float64Array => Float64Array.from(opened.flatMap(({ decoded }) => [...decoded[side]]));
  const positions = Array.from({ length: segment.length }, (_, token) => segment.firstPosition + token + segment.shift);
  return { segment, keys: all("keys"), values: all("values"), positions, representatives: new Map(), pieces: opened };
}

/** The query heads of one KV head's group. */
class HeadAttention {
  readonly #call: AttentionCall;
  readonly #layer: KvLayerSpec;
  readonly #kvHead: number;
  readonly #data: { queries: TensorData; out: TensorData; lse: TensorData | undefined; frequencies: TensorData };
  readonly #bytesPerToken: number;
  /** The smallest of any choice of blocks. */
  margin = Infinity;

  constructor(
    call: AttentionCall,
    layer: KvLayerSpec,
    kvHead: number,
    data: { queries: TensorData; out: TensorData; lse: TensorData | undefined; frequencies: TensorData },
    store: ReferenceKvStore,
  ) {
    this.#call = call;
    this.#layer = layer;
    this.#kvHead = kvHead;
    this.#data = data;
    this.#bytesPerToken = layer.kvHeads * kvBytesPerTokenAndHead(store.spec.dtype, layer.headDim);
  }

  run(sequence: SequenceRows, row: number, segments: readonly SegmentKv[]): void {
    const group = this.#call.queryHeads / this.#layer.kvHeads;
    const position = sequence.firstPosition + row;
    const heads = Array.from({ length: group }, (_, i) => (sequence.firstRow + row) * this.#call.queryHeads + this.#kvHead * group + i);
    const tokens = segments.map((kv) => {
      const queries = heads.map((head) => this.#query(head, kv.segment.shift));
      return { kv, queries, visible: this.#visibleTokens(kv, position, queries) };
    });
    heads.forEach((head, i) => {
      const scored = tokens.map(({ kv, queries, visible }) => {
        const query = queries[i] as Float64Array;
        return {
          kv,
          visible,
          scores: visible.map((token) => this.#call.scale * dot(query, 0, kv.keys, token * query.length, query.length)),
        };
      });
      this.#write(head, scored);
    });
  }

  /** A query head as a segment moved by `shift` sees it. */
  #query(head: number, shift: number): Float64Array {
    const { headDim } = this.#layer;
    const query = Float64Array.from(this.#data.queries.subarray(head * headDim, (head + 1) * headDim));
    if (shift !== 0) rotate(query, -shift, this.#data.frequencies);
    return query;
  }

  #visibleTokens(kv: SegmentKv, position: number, queries: readonly Float64Array[]): number[] {
    const { segment, positions } = kv;
    const { headDim, kind, slidingWindow } = this.#layer;
    const window = kind === "sliding-window" ? (slidingWindow ?? Infinity) : Infinity;
    const to = positions.filter((seen) => seen <= position).length;
    const from = positions.filter((seen) => position - seen >= window).length;
    const visible = Array.from({ length: Math.max(0, to - from) }, (_, i) => from + i);
    const { selector } = segment;
    if (selector === undefined || visible.length === 0) return visible;
    const meanQuery = mean(queries, headDim);
    const score =
      segment.encoding === undefined
        ? (firstToken: number) => dot(meanQuery, 0, this.#representative(kv, selector, firstToken), 0, headDim)
        : this.#encodedScore(kv, selector, meanQuery);
    const { isRead, margin } = topBlocks(selector, { length: segment.length, from, to, bytesPerToken: this.#bytesPerToken }, score);
    this.margin = Math.min(this.margin, margin);
    return visible.filter((token) => isRead[Math.floor(token / selector.blockTokens)]);
  }

  /** Scores of an encoded segment's blocks, by their first token. */
  #encodedScore({ pieces }: SegmentKv, { by, blockTokens }: Selector, meanQuery: Float64Array): (firstToken: number) => number {
    const query = Float32Array.from(meanQuery);
    const scores = pieces.flatMap(({ codec, encoded }) => {
      const ofPiece = codec.scoreBlocks?.(query, encoded, { by, blockTokens, scale: this.#call.scale });
      if (ofPiece === undefined) throw new KernelFailedError({ kernel: "attention", reason: `codec "${codec.name}" scores no blocks.` });
      return [...ofPiece];
    });
    return (firstToken) => scores[firstToken / blockTokens] as number;
  }

  #representative({ keys, representatives }: SegmentKv, { by, blockTokens }: Selector, firstToken: number): Float64Array {
    const { headDim } = this.#layer;
    const known = representatives.get(firstToken);
    if (known !== undefined) return known;
    const represent = BLOCK_REPRESENTATIVES[by];
    if (represent === undefined) throw new KernelFailedError({ kernel: "attention", reason: `there is no selector by "${by}".` });
    const block = keys.subarray(firstToken * headDim, (firstToken + blockTokens) * headDim);
    const representative = represent(block, headDim, this.#call.scale);
    representatives.set(firstToken, representative);
    return representative;
  }

  #write(head: number, scored: readonly { kv: SegmentKv; visible: readonly number[]; scores: readonly number[] }[]): void {
    const { headDim } = this.#layer;
    const lse = logSumExp(scored.flatMap(({ scores }) => scores));
    const sum = new Float64Array(headDim);
    for (const { kv, visible, scores } of scored) {
      visible.forEach((token, i) => {
        const weight = Math.exp((scores[i] as number) - lse);
        for (let channel = 0; channel < headDim; channel++) {
          sum[channel] = (sum[channel] as number) + weight * (kv.values[token * headDim + channel] as number);
        }
      });
    }
    this.#data.out.set(sum, head * headDim);
    if (this.#data.lse !== undefined) this.#data.lse[head] = lse;
  }
}

function mean(vectors: readonly Float64Array[], length: number): Float64Array {
  const sum = new Float64Array(length);
  for (const vector of vectors) for (let i = 0; i < length; i++) sum[i] = (sum[i] as number) + (vector[i] as number) / vectors.length;
  return sum;
}
