import type { KernelBackend, LayerIndex, PageId, Segment, Selector, SequenceId } from "@kvasir/kv-core";
import { denseAttention, type HeadState, mergeHeadStates, ropeFrequencies } from "@kvasir/kv-core/reference";
import { SeededRandom } from "@kvasir/kv-core/testing";
import { mosaicPacked } from "@kvasir/mosaic-compress";
import { attendEncoded } from "./attend-encoded.ts";
import type { EncodedStore } from "./encoded-segment.ts";
import { oneHead } from "./head-tokens.ts";

/** Rows of one sequence that read the encoded tokens. */
export interface ReaderRows {
  readonly rows: number;
  readonly firstPosition: number;
}

export interface EncodedCall {
  readonly layer: LayerIndex;
  readonly readers: readonly ReaderRows[];
  readonly shift?: number;
  readonly selector?: Selector;
  /** The first so many dense tokens of the store are read as well, as if they followed the encoded ones. */
  readonly denseTokens?: number;
  /** Adjusts the plan that would cover all the readers, to leave some of them out. */
  readonly only?: number;
}

const FIRST_POSITION = 3;
const THETA = 10_000;
const codec = mosaicPacked();

function segmentsOf(encoded: EncodedStore, { shift = 0, selector, denseTokens = 0 }: EncodedCall, readers: SequenceId[]): Segment[] {
  const segment = encoded.segment();
  const dense: Segment = {
    role: "recent",
    pages: [0 as PageId],
    skip: 0,
    length: denseTokens,
    firstPosition: FIRST_POSITION + segment.length + shift,
    shift: 0,
    readers,
  };
  const role = "context" as const;
  return [
    { ...segment, role, firstPosition: FIRST_POSITION, shift, readers, ...(selector && { selector }) },
    ...(denseTokens > 0 ? [dense] : []),
  ];
}

function queriesOf(encoded: EncodedStore, { readers }: EncodedCall): Float32Array {
  const rows = readers.reduce((sum, reader) => sum + reader.rows, 0);
  return new SeededRandom(7).normals(rows * encoded.shape.queryHeads * encoded.shape.headDim, 0.7);
}

/** What the backend gives: `[rows, queryHeads, headDim]` and `[rows, queryHeads]`; rows of readers that are left out stay 0. */
export async function runEncoded(
  backend: KernelBackend,
  encoded: EncodedStore,
  call: EncodedCall,
): Promise<{ readonly out: Float32Array; readonly lse: Float32Array }> {
  const { queryHeads, headDim } = encoded.shape;
  const queries = queriesOf(encoded, call);
  const tensors = {
    queries: backend.createTensor("f32", queries.length),
    out: backend.createTensor("f32", queries.length),
    lse: backend.createTensor("f32", queries.length / headDim),
    frequencies: backend.createTensor("f32", headDim / 2),
  };
  backend.writeTensor(tensors.queries, queries);
  backend.writeTensor(tensors.frequencies, ropeFrequencies(headDim, THETA));
  let firstRow = 0;
  const all = call.readers.map(({ rows, firstPosition }, index) => {
    firstRow += rows;
    return { sequence: index as SequenceId, firstRow: firstRow - rows, rows, firstPosition };
  });
  const sequences = call.only === undefined ? all : all.filter((_, index) => index === call.only);
  const segments = segmentsOf(
    encoded,
    call,
    sequences.map(({ sequence }) => sequence),
  );
  const step = backend.plan({ sequences, reads: [{ layers: "all", kvHead: "all", segments }] }, encoded.store);
  backend.attention({ step, store: encoded.store, layer: call.layer, queryHeads, scale: headDim ** -0.5, ...tensors });
  await backend.submit();
  const out = (await backend.readTensor(tensors.out)) as Float32Array;
  const lse = (await backend.readTensor(tensors.lse)) as Float32Array;
  for (const tensor of Object.values(tensors)) backend.disposeTensor(tensor);
  return { out, lse };
}

export interface Difference {
  /** Largest |difference| of an output, relative to the largest |output| of its row. */
  readonly out: number;
  /** Largest |difference| of an lse. */
  readonly lse: number;
  /** Rows whose choice of blocks was too close to call. */
  readonly skipped: number;
  readonly compared: number;
}

/** Compares with the codec's own attention, in f64. */
export async function differenceFromOracle(backend: KernelBackend, encoded: EncodedStore, call: EncodedCall): Promise<Difference> {
  const { kvHeads, queryHeads, headDim, slidingWindow } = encoded.shape;
  const { layer, selector, shift = 0, denseTokens = 0 } = call;
  const got = await runEncoded(backend, encoded, call);
  const queries = queriesOf(encoded, call);
  const group = queryHeads / kvHeads;
  const owner = layer === 2 ? 2 : 0;
  const frequencies = ropeFrequencies(headDim, THETA);
  const dense = denseTokens === 0 ? undefined : await encoded.store.readTokens(owner as LayerIndex, 0 as PageId, 0, denseTokens);
  const length = encoded.segment().length;
  let [out, lse, skipped, compared, row] = [0, 0, 0, 0, 0];
  for (const reader of call.readers) {
    for (let i = 0; i < reader.rows; i++, row++) {
      const position = reader.firstPosition + i;
      for (let kvHead = 0; kvHead < kvHeads; kvHead++) {
        const at = (row * queryHeads + kvHead * group) * headDim;
        const heads = queries.subarray(at, at + group * headDim);
        const pieces = encoded.encoded.map((items) => items[(owner === 2 ? kvHeads : 0) + kvHead]).flatMap((item) => (item ? [item] : []));
        const { states, margin } = attendEncoded(codec, pieces, {
          ...{ queries: heads, headDim, window: slidingWindow, shift, frequencies, scale: headDim ** -0.5, selector },
          distance: position - FIRST_POSITION - shift,
          bytesPerToken: kvHeads * headDim * 2 * 4,
        });
        if (margin < 1e-5) {
          skipped++;
          continue;
        }
        compared++;
        states.forEach((state, head) => {
          let want: HeadState = state;
          if (dense !== undefined) {
            const { keys, values } = oneHead(dense, kvHeads, headDim, kvHead);
            const first = FIRST_POSITION + length + shift;
            const isVisible = (token: number): boolean =>
              first + token <= position && (slidingWindow === undefined || position - (first + token) < slidingWindow);
            const query = heads.subarray(head * headDim, (head + 1) * headDim);
            want = mergeHeadStates(state, denseAttention(query, keys, values, headDim ** -0.5, isVisible));
          }
          const start = at + head * headDim;
          const largest = want.out.reduce((most, element) => Math.max(most, Math.abs(element)), 1e-30);
          want.out.forEach((element, d) => (out = worst(out, Math.abs((got.out[start + d] as number) - element) / largest)));
          const found = got.lse[start / headDim] as number;
          lse = worst(lse, found === want.lse ? 0 : Math.abs(found - want.lse));
        });
      }
    }
  }
  return { out, lse, skipped, compared };
}

/** NaN is worse than anything. */
function worst(a: number, b: number): number {
  return a >= b ? a : b;
}

export { FIRST_POSITION };
