import type { BytesAt, EncodedItem } from "../../backend/encoded-pages.ts";
import type { KvStore } from "../../backend/kv-store.ts";
import { PagePool } from "../../cache/page-pool.ts";
import { SequenceCache } from "../../cache/sequence-cache.ts";
import type { CodecSettings } from "../../codec/encoded-kv.ts";
import type { KvCodec } from "../../codec/kv-codec.ts";
import { InvariantError } from "../../errors/invariant-error.ts";
import type { LayerIndex, PageId, SequenceId } from "../../ids.ts";
import type { KvDtype } from "../../model/kv-dtype.ts";
import type { ModelShape } from "../../model/model-shape.ts";
import type { ReadPlan, SequenceRows } from "../../plan/read-plan.ts";
import type { Segment } from "../../plan/segment.ts";
import { RecodeQueue } from "../../recode/recode-queue.ts";
import { createReferenceBackend } from "../../reference/reference-backend.ts";
import { ReferenceKvStore } from "../../reference/reference-kv-store.ts";
import { ropeFrequencies } from "../../reference/rope.ts";
import { SeededRandom } from "../seeded-random.ts";
import { type AttentionResult, type AttentionScenario, attentionTolerance } from "./attention-scenario.ts";
import { runAttention } from "./attention-scenario.ts";
import { BackendBench } from "./backend-bench.ts";
import type { KitContext } from "./kit-context.ts";
import { createStore } from "./kv-store-tests.ts";
import { modelShape, type LayerSketch } from "./model-shapes.ts";
import { choose, isClear } from "./selector-scenario.ts";

/** A codec of the backend under test, with its oracle. */
export interface KitCodec {
  readonly create: () => KvCodec;
  /** Settings that a head dimension is tried with. */
  readonly settings: (headDim: number) => CodecSettings;
  /** Tokens per block that its selectors take. */
  readonly blockTokens: number;
}

export interface EncodedSketch {
  readonly queryHeads: number;
  readonly layers: readonly LayerSketch[];
  readonly dtype?: KvDtype;
  /** Tokens that are encoded, in pieces and states of their own where `basis` is "fit"; whole pages. */
  readonly encoded: readonly { readonly tokens: number; readonly basis: "fit" | "continue" }[];
  /** Dense tokens before the encoded ones, whole pages, and after them. */
  readonly denseBefore: number;
  readonly denseAfter: number;
  readonly seed: number;
}

/** Large enough for states of 128 channels. */
export const PAGE_SIZE = 64;
const SEQUENCE = 100 as SequenceId;
/** Seeds tried for data in which no choice is so close that rounding could turn it. */
const SEEDS = 20;

/** A sequence on a backend, part of it encoded there. */
export interface EncodedSequence {
  readonly sketch: EncodedSketch;
  readonly shape: ModelShape;
  readonly store: KvStore;
  readonly pool: PagePool;
  /** All that the sequence attends, without readers' selectors. */
  readonly segments: readonly Segment[];
  readonly tokens: number;
}

/** Fills a sequence with random tokens and encodes some, as an engine does. */
export async function encodeSequence(bench: BackendBench, codec: KitCodec, sketch: EncodedSketch): Promise<EncodedSequence> {
  const shape = modelShape(sketch.queryHeads, sketch.layers);
  const tokens = sketch.encoded.reduce((sum, { tokens: count }) => sum + count, sketch.denseBefore + sketch.denseAfter);
  const pageCount = 2 * Math.ceil(tokens / PAGE_SIZE) + 8;
  const store = createStore(bench, { shape, dtype: sketch.dtype ?? "f32", pageSize: PAGE_SIZE, pageCount });
  const pool = new PagePool({ pageCount });
  const cache = SequenceCache.create(pool, { id: SEQUENCE, pageSize: PAGE_SIZE });
  cache.reserve(tokens);
  const random = new SeededRandom(sketch.seed);
  for (const page of cache.pages) {
    for (const [layer, { kvHeads, headDim, owner }] of shape.layers.entries()) {
      if (owner !== layer) continue;
      const count = PAGE_SIZE * kvHeads * headDim;
      store.writeTokens(owner, page, 0, { keys: random.normals(count), values: random.normals(count) });
    }
  }
  const { name } = codec.create();
  const queue = new RecodeQueue({ cache, store, pool, policy: "conformance kit" });
  const pages = cache.pages;
  let first = sketch.denseBefore / PAGE_SIZE;
  const to = { codec: name, settings: codec.settings(shape.layers[0]?.headDim ?? 0) };
  for (const { tokens: count, basis } of sketch.encoded) {
    const end = first + count / PAGE_SIZE;
    queue.add([{ type: "recode-pages", pages: pages.slice(first, end), to, basis, overSteps: 0 }]);
    await queue.work();
    first = end;
  }
  if (queue.completed !== sketch.encoded.length) throw new InvariantError({ invariant: "the kit's pool has pages for what it encodes" });
  return { sketch, shape, store, pool, segments: cache.toSegments(), tokens };
}

/** A reference store with what a sequence's store really holds, dense and encoded. */
export async function mirrorEncoded(bench: BackendBench, { store, segments, shape }: EncodedSequence): Promise<ReferenceKvStore> {
  const { pageSize, pageCount } = store.spec;
  const heads = shape.layers.flatMap(({ owner, kvHeads }, layer) =>
    owner === layer ? Array.from({ length: kvHeads }, (_, kvHead) => ({ layer: owner, kvHead })) : [],
  );
  const pieces = segments.flatMap(({ encoding }) => encoding?.pieces ?? []);
  const mirrored = createStore(bench, { shape, dtype: "f32", pageSize, pageCount: pageCount + 2 * heads.length * pieces.length });
  if (!(mirrored instanceof ReferenceKvStore)) throw new InvariantError({ invariant: "the kit compares with the reference backend" });
  for (const page of segments.filter(({ encoding }) => encoding === undefined).flatMap(({ pages }) => pages)) {
    for (const [layer, { owner }] of shape.layers.entries()) {
      if (owner === layer) mirrored.writeTokens(owner, page, 0, await store.readTokens(owner, page, 0, pageSize));
    }
  }
  let spare = pageCount;
  const place = (bytes: Uint8Array): BytesAt => {
    const at = { page: spare++ as PageId, offset: 0 };
    mirrored.placeBytes(at, bytes);
    return at;
  };
  for (const piece of pieces) {
    const items: EncodedItem[] = [];
    for (const { layer, kvHead } of heads) {
      const { bytes, state } = await store.readEncoded(piece, layer, kvHead);
      items.push({ bytes: place(bytes), byteLength: bytes.length, state: place(state), stateLength: state.length });
    }
    mirrored.writeDirectory(piece, { tokens: piece.tokens, items });
  }
  return mirrored;
}

/** What reads an encoded sequence. */
export interface EncodedCall {
  readonly layer?: number;
  /** Readers, by their first row's position. */
  readonly readers: readonly { readonly rows: number; readonly firstPosition: number }[];
  /** What becomes of each segment before it is read; undefined where it is not. */
  readonly change?: (segment: Segment) => Segment | undefined;
  readonly plan?: Partial<Pick<ReadPlan, "layers" | "kvHead">>;
}

export function encodedScenario(sequence: EncodedSequence, call: EncodedCall): AttentionScenario {
  const { sketch, shape, store, segments } = sequence;
  const layer = (call.layer ?? 0) as LayerIndex;
  const { headDim } = shape.layers[layer] ?? { headDim: 0 };
  let rows = 0;
  const sequences = call.readers.map((reader, index): SequenceRows => {
    const range = { sequence: (SEQUENCE + 3 * index) as SequenceId, firstRow: rows, ...reader };
    rows += reader.rows;
    return range;
  });
  const readers = sequences.map((range) => range.sequence);
  const read = segments.flatMap(
    (segment) => call.change?.({ ...segment, readers }) ?? (call.change === undefined ? [{ ...segment, readers }] : []),
  );
  return {
    sketch: { ...sketch, sequences: [], segments: [] },
    shape,
    layer,
    pageSize: store.spec.pageSize,
    pageCount: store.spec.pageCount,
    plan: { sequences, reads: [{ layers: "all", kvHead: "all", ...call.plan, segments: read }] },
    rows,
    queries: new SeededRandom(sketch.seed + 1).normals(rows * sketch.queryHeads * headDim),
    frequencies: ropeFrequencies(headDim, 10000),
  };
}

/** Runs calls on the backend under test and on the reference, with data that leaves no choice close. */
export async function compareEncoded(
  context: KitContext,
  subject: BackendBench,
  codec: KitCodec,
  sketch: Omit<EncodedSketch, "seed">,
  calls: Readonly<Record<string, EncodedCall>>,
): Promise<void> {
  const left = new Set(Object.keys(calls));
  for (let seed = 1; seed <= SEEDS && left.size > 0; seed++) {
    const reference = new BackendBench(createReferenceBackend({ precision: "f64", codecs: [codec.create()] }));
    const sequence = await encodeSequence(subject, codec, { ...sketch, seed });
    const mirrored = await mirrorEncoded(reference, sequence);
    for (const what of left) {
      const scenario = encodedScenario(sequence, calls[what] as EncodedCall);
      const want = await choose(reference, scenario, mirrored);
      if (!isClear(context, want.margin)) continue;
      left.delete(what);
      expectSame(context, what, scenario, await runAttention(subject, scenario, sequence.store), want);
    }
    subject.cleanUp();
  }
  context.expectTrue(`${[...left].join(", ") || "all"}: one of ${SEEDS} seeds gives data without close choices`, left.size === 0);
}

function expectSame(context: KitContext, what: string, scenario: AttentionScenario, got: AttentionResult, want: AttentionResult): void {
  const tolerance = attentionTolerance(scenario.sketch);
  context.expectClose(`output, ${what}`, got.out, want.out, tolerance);
  context.expectClose(`lse, ${what}`, got.lse, want.lse, tolerance);
}
