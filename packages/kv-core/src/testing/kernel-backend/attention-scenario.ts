import type { AttentionCall } from "../../backend/kernel-backend.ts";
import type { KvStore } from "../../backend/kv-store.ts";
import type { Tensor } from "../../backend/tensor.ts";
import type { LayerIndex, PageId, SequenceId } from "../../ids.ts";
import type { KvDtype } from "../../model/kv-dtype.ts";
import type { ModelShape } from "../../model/model-shape.ts";
import type { SequenceRows, StepPlan } from "../../plan/read-plan.ts";
import type { Segment } from "../../plan/segment.ts";
import type { Selector } from "../../plan/selector.ts";
import { ropeFrequencies } from "../../reference/rope.ts";
import { SeededRandom } from "../seeded-random.ts";
import type { BackendBench } from "./backend-bench.ts";
import type { ToleranceName } from "./kit-context.ts";
import { createStore } from "./kv-store-tests.ts";
import { modelShape, type LayerSketch } from "./model-shapes.ts";

/** A run of cached tokens, before pages are given to it. */
export interface SegmentSketch {
  /** Indices into `sequences`. */
  readonly readers: readonly number[];
  readonly length: number;
  readonly firstPosition?: number;
  readonly skip?: number;
  readonly shift?: number;
  readonly positions?: readonly number[];
  readonly selector?: Selector;
  /** All layers and KV heads where absent. */
  readonly layers?: readonly number[];
  readonly kvHead?: number;
}

export interface AttentionSketch {
  readonly queryHeads: number;
  readonly layers: readonly LayerSketch[];
  /** Layer whose attention is computed; the first where absent. */
  readonly layer?: number;
  readonly dtype?: KvDtype;
  readonly pageSize?: number;
  readonly seed?: number;
  readonly sequences: readonly { readonly rows: number; readonly firstPosition: number }[];
  readonly segments: readonly SegmentSketch[];
  /** Rows before the first sequence that belong to none. */
  readonly spareRows?: number;
  /** All pages hold the same keys (not the same values). */
  readonly hasEqualKeys?: boolean;
}

/** An attention call with everything decided, to be run on any backend. */
export interface AttentionScenario {
  readonly sketch: AttentionSketch;
  readonly shape: ModelShape;
  readonly layer: LayerIndex;
  readonly pageSize: number;
  readonly pageCount: number;
  readonly plan: StepPlan;
  /** Rows of the batch, spare ones included. */
  readonly rows: number;
  readonly queries: Float32Array;
  readonly frequencies: Float32Array;
}

/** Gives pages (in random order) to the segments of a sketch, and queries to its rows. */
export function buildScenario(sketch: AttentionSketch): AttentionScenario {
  const { queryHeads, sequences, segments, pageSize = 16, spareRows = 0 } = sketch;
  const random = new SeededRandom(sketch.seed ?? 7);
  const shape = modelShape(queryHeads, sketch.layers);
  const layer = (sketch.layer ?? 0) as LayerIndex;
  const pagesOf = ({ skip = 0, length }: SegmentSketch): number => Math.ceil((skip + length) / pageSize);
  const pageCount = segments.reduce((sum, segment) => sum + pagesOf(segment), 1);
  const freePages = random.permutation(pageCount);
  const placed = segments.map((segment): Segment => ({
    role: "private",
    pages: freePages.splice(0, pagesOf(segment)) as PageId[],
    skip: segment.skip ?? 0,
    length: segment.length,
    firstPosition: segment.positions?.[0] ?? segment.firstPosition ?? 0,
    shift: segment.shift ?? 0,
    ...(segment.positions === undefined ? {} : { positions: segment.positions }),
    readers: segment.readers.map(sequenceId),
    ...(segment.selector === undefined ? {} : { selector: segment.selector }),
  }));
  let nextRow = spareRows;
  const ranges = sequences.map(({ rows, firstPosition }, index): SequenceRows => {
    const range = { sequence: sequenceId(index), firstRow: nextRow, rows, firstPosition };
    nextRow += rows;
    return range;
  });
  const headDim = shape.layers[layer]?.headDim ?? 0;
  return {
    sketch,
    shape,
    layer,
    pageSize,
    pageCount,
    plan: {
      sequences: ranges,
      reads: segments.map(({ layers, kvHead }, index) => ({
        layers: (layers as readonly LayerIndex[] | undefined) ?? "all",
        kvHead: kvHead ?? "all",
        segments: [placed[index] as Segment],
      })),
    },
    rows: nextRow,
    queries: random.normals(nextRow * queryHeads * headDim),
    frequencies: ropeFrequencies(headDim, 10000),
  };
}

/** Ids that are not row numbers or indices, so that mixing them up shows. */
function sequenceId(index: number): SequenceId {
  return (100 + 3 * index) as SequenceId;
}

export interface AttentionResult {
  /** `[rows, queryHeads, headDim]` */
  readonly out: Float32Array;
  /** `[rows, queryHeads]` */
  readonly lse: Float32Array;
}

/** Which tolerance the attention of a sketch has. */
export function attentionTolerance({ dtype }: AttentionSketch): ToleranceName {
  return dtype === "bf16" ? "attention-bf16" : "attention";
}

/** A store of a bench's backend with random KV in every page. */
export function fillStore(bench: BackendBench, scenario: AttentionScenario): KvStore {
  const { shape, pageSize, pageCount, sketch } = scenario;
  const store = createStore(bench, { shape, dtype: sketch.dtype ?? "f32", pageSize, pageCount });
  const random = new SeededRandom((sketch.seed ?? 7) + 1);
  for (const [layer, { kvHeads, headDim, owner }] of shape.layers.entries()) {
    if (owner !== layer) continue;
    const count = pageSize * kvHeads * headDim;
    const shared = sketch.hasEqualKeys === true ? random.normals(count) : undefined;
    for (let page = 0; page < pageCount; page++) {
      store.writeTokens(owner, page as PageId, 0, { keys: shared ?? random.normals(count), values: random.normals(count) });
    }
  }
  return store;
}

/** A reference store with what another store really holds, so that attention is compared on the very same KV. */
export async function mirrorStore(bench: BackendBench, source: KvStore): Promise<KvStore> {
  const { shape, pageSize, pageCount } = source.spec;
  const store = createStore(bench, { shape, dtype: "f32", pageSize, pageCount });
  for (const [layer, { owner }] of shape.layers.entries()) {
    if (owner !== layer) continue;
    for (let page = 0; page < pageCount; page++) {
      store.writeTokens(owner, page as PageId, 0, await source.readTokens(owner, page as PageId, 0, pageSize));
    }
  }
  return store;
}

export interface AttentionRun {
  readonly plan?: StepPlan;
  /** Rows of the batch that are given, from `firstRow` on. */
  readonly firstRow?: number;
  readonly rows?: number;
  readonly hasLse?: boolean;
}

/** The call that computes the attention of a scenario, or of another plan on its KV and some of its query rows. */
export function attentionCall(
  bench: BackendBench,
  scenario: AttentionScenario,
  store: KvStore,
  run: AttentionRun = {},
): AttentionCall & { readonly lse: Tensor } {
  const { queryHeads } = scenario.sketch;
  const { plan = scenario.plan, firstRow = 0, rows = scenario.rows } = run;
  const headDim = scenario.shape.layers[scenario.layer]?.headDim ?? 0;
  const rowLength = queryHeads * headDim;
  return {
    step: bench.backend.plan(plan, store),
    store,
    layer: scenario.layer,
    queries: bench.upload(scenario.queries.slice(firstRow * rowLength, (firstRow + rows) * rowLength)),
    queryHeads,
    out: bench.blank(rows * rowLength),
    lse: bench.blank(rows * queryHeads),
    scale: 1 / Math.sqrt(headDim),
    frequencies: bench.upload(scenario.frequencies),
  };
}

/** Runs the attention of a scenario, or of another plan on its KV and some of its query rows. */
export async function runAttention(
  bench: BackendBench,
  scenario: AttentionScenario,
  store: KvStore,
  run: AttentionRun = {},
): Promise<AttentionResult> {
  const { lse, ...call } = attentionCall(bench, scenario, store, run);
  bench.backend.attention(run.hasLse === false ? call : { ...call, lse });
  return { out: (await bench.download(call.out)) as Float32Array, lse: (await bench.download(lse)) as Float32Array };
}
