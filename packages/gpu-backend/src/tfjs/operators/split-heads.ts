import type { Engine } from "../engine/engine.ts";
import type { TfTensor } from "../engine/tensorflow.ts";
import { rmsNorm } from "./rms-norm.ts";
import { rotate, type RopeTable } from "./rope-tables.ts";

export interface SplitHeads {
  readonly queryHeads: number;
  /** 0 in a layer that reads another's KV. */
  readonly kvHeads: number;
  readonly headDim: number;
  readonly rope: RopeTable;
  readonly norm?: { readonly queryWeight: TfTensor; readonly keyWeight: TfTensor; readonly epsilon: number };
}

/** Queries `[rows, queryHeads, headDim]`, and keys before values `[2 kvHeads, rows, headDim]`, of `[rows, queries | keys | values]`. */
export function splitHeads(
  engine: Engine,
  qkv: TfTensor,
  { queryHeads, kvHeads, headDim, rope, norm }: SplitHeads,
): { readonly queries: TfTensor; readonly kv: TfTensor | undefined } {
  const { tf } = engine;
  const [rows = 0] = qkv.shape;
  const heads = tf.reshape(qkv, [rows, queryHeads + 2 * kvHeads, headDim]);
  const some = (of: TfTensor, first: number, count: number): TfTensor => tf.slice(of, [0, first, 0], [rows, count, headDim]);
  const normed = (first: number, count: number, weight: TfTensor): TfTensor =>
    rotate(engine, rmsNorm(engine, some(heads, first, count), weight, norm?.epsilon ?? 0), rope);
  const both = norm === undefined ? rotate(engine, some(heads, 0, queryHeads + kvHeads), rope) : undefined;
  const queries = norm === undefined ? some(both as TfTensor, 0, queryHeads) : normed(0, queryHeads, norm.queryWeight);
  if (kvHeads === 0) return { queries, kv: undefined };
  const keys = norm === undefined ? some(both as TfTensor, queryHeads, kvHeads) : normed(queryHeads, kvHeads, norm.keyWeight);
  return { queries, kv: tf.transpose(tf.concat([keys, some(heads, queryHeads + kvHeads, kvHeads)], 1), [1, 0, 2]) };
}
