import { type AttentionCall, KernelFailedError, type KvLayerSpec } from "@kvasir/kv-core";
import type { Engine } from "../engine/engine.ts";
import type { TfTensor } from "../engine/tensorflow.ts";
import { attendItem, type AttentionHeads } from "./attend-item.ts";
import { logSumExpOf, mergePartial, nothingSeen, outputOf, type PartialState } from "./attention-states.ts";
import type { TfjsPlannedStep } from "./tfjs-planned-step.ts";
import type { WorkItem } from "./work-item.ts";

/** Rows are gathered in multiples of so many, so that elementwise work on their states ends with a whole vector. */
const ROW_MULTIPLE = 16;

export interface StepAttention {
  readonly engine: Engine;
  readonly call: Pick<AttentionCall, "layer" | "lse" | "queryHeads" | "scale">;
  readonly step: TfjsPlannedStep;
  readonly spec: KvLayerSpec;
  /** `[rows of the batch, queryHeads, headDim]` */
  readonly queries: TfTensor;
  readonly frequencies: ArrayLike<number>;
}

/**
 * Output `[rows, queryHeads, headDim]` and, where the call wants it, log-sum-exp `[rows, queryHeads]` of the rows that belong to a sequence, in
 * the step's order.
 */
export function stepAttention(attention: StepAttention): { readonly out: TfTensor; readonly lse: TfTensor | undefined } {
  const { engine, call, step, spec } = attention;
  const { tf } = engine;
  const { layer, queryHeads } = call;
  if (queryHeads % spec.kvHeads !== 0) {
    const reason = `${queryHeads} query heads do not share ${spec.kvHeads} KV heads evenly.`;
    throw new KernelFailedError({ kernel: "attention", reason });
  }
  const items = step.items.filter(({ layers }) => layers === "all" || layers.includes(layer));
  const isUniform = items.every(({ kvHead }) => kvHead === "all");
  const parts = isUniform
    ? [attendHeads(attention, items, 0, spec.kvHeads)]
    : Array.from({ length: spec.kvHeads }, (_, head) =>
        attendHeads(
          attention,
          items.filter(({ kvHead }) => kvHead === "all" || kvHead === head),
          head,
          1,
        ),
      );
  const join = (tensors: TfTensor[]): TfTensor => (tensors.length === 1 ? (tensors[0] as TfTensor) : tf.concat(tensors, 0));
  const out = join(parts.map((part) => outputOf(engine, part)));
  const lse = call.lse === undefined ? undefined : join(parts.map((part) => logSumExpOf(engine, part)));
  const rows = step.rows.length;
  return {
    out: rows === 1 ? tf.reshape(out, [1, queryHeads, spec.headDim]) : tf.transpose(out, [1, 0, 2]),
    lse: lse && tf.transpose(tf.reshape(lse, [queryHeads, rows]), [1, 0]),
  };
}

/** States of the step's rows and some KV heads' groups. */
function attendHeads(
  { engine, call, step, spec, queries, frequencies }: StepAttention,
  items: readonly WorkItem[],
  firstKvHead: number,
  kvHeads: number,
): PartialState {
  const { tf } = engine;
  const group = call.queryHeads / spec.kvHeads;
  const [batchRows = 0] = queries.shape;
  const heads: AttentionHeads = {
    ...{ engine, step, firstKvHead, kvHeads, group, frequencies },
    pages: step.store.owned("attention", spec.owner),
    owner: spec.owner,
    window: spec.kind === "sliding-window" ? (spec.slidingWindow ?? Infinity) : Infinity,
    scale: call.scale,
  };
  const ofHeads = tf.slice(queries, [0, firstKvHead * group, 0], [batchRows, kvHeads * group, spec.headDim]);
  const states = items.map((item) => attendItem(heads, item, rowsOf(engine, ofHeads, item.rows)));
  const [only] = states;
  const isWhole = states.length === 1 && sameRows(items[0]?.rows ?? [], step.rows);
  return isWhole && only !== undefined ? only : mergeItems(engine, step, items, states, kvHeads * group, spec.headDim);
}

/** Some rows of `[rows, heads, headDim]`. */
function rowsOf(engine: Engine, x: TfTensor, rows: readonly number[]): TfTensor {
  const { tf } = engine;
  const [batchRows = 0, heads = 0, headDim = 0] = x.shape;
  const first = rows[0] ?? 0;
  if (!rows.every((row, index) => row === first + index)) return tf.gather(x, engine.upload(Int32Array.from(rows), [rows.length]), 0);
  return rows.length === batchRows ? x : tf.slice(x, [first, 0, 0], [rows.length, heads, headDim]);
}

function sameRows(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((row, index) => row === b[index]);
}

/** Every row's states of all items that it reads, merged in the order of the plan. */
function mergeItems(
  engine: Engine,
  step: TfjsPlannedStep,
  items: readonly WorkItem[],
  states: readonly PartialState[],
  queryHeads: number,
  headDim: number,
): PartialState {
  const { tf } = engine;
  const all = [...states, nothingSeen(engine, queryHeads, 1, headDim)];
  const sums = tf.concat(
    all.map((state) => state.sums),
    1,
  );
  const max = tf.concat(
    all.map((state) => state.max),
    1,
  );
  const table = sourceTable(step, items);
  let merged: PartialState | undefined;
  for (const sources of table) {
    const index = engine.upload(sources, [sources.length]);
    const state = { sums: tf.gather(sums, index, 1), max: tf.gather(max, index, 1) };
    merged = merged === undefined ? state : mergePartial(engine, merged, state);
  }
  const { sums: mergedSums, max: mergedMax } = merged as PartialState;
  const rows = step.rows.length;
  return {
    sums: tf.slice(mergedSums, [0, 0, 0], [queryHeads, rows, headDim + 1]),
    max: tf.slice(mergedMax, [0, 0, 0], [queryHeads, rows, 1]),
  };
}

/** For the first, second, ... item that each of the step's rows reads: where its state lies among those of all items, one behind another. */
function sourceTable(step: TfjsPlannedStep, items: readonly WorkItem[]): readonly Int32Array[] {
  const nothing = items.reduce((sum, { rows }) => sum + rows.length, 0);
  const sourcesOf = new Map<number, number[]>(step.rows.map((row) => [row, []]));
  let source = 0;
  for (const { rows } of items) for (const row of rows) sourcesOf.get(row)?.push(source++);
  const padded = Math.ceil(step.rows.length / ROW_MULTIPLE) * ROW_MULTIPLE;
  const most = Math.max(1, ...[...sourcesOf.values()].map(({ length }) => length));
  return Array.from({ length: most }, (_, place) =>
    Int32Array.from({ length: padded }, (__, row) => sourcesOf.get(step.rows[row] ?? -1)?.[place] ?? nothing),
  );
}
