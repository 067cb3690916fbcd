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
  const some = (first: number, count: number): TfTensor => tf.slice(heads, [0, first, 0], [rows, count, headDim]);
  const turned = (first: number, count: number, weight: TfTensor | undefined): TfTensor => {
    const part = some(first, count);
    return rotate(engine, weight === undefined ? part : rmsNorm(engine, part, weight, norm?.epsilon ?? 0), rope);
  };
  const queries = turned(0, queryHeads, norm?.queryWeight);
  if (kvHeads === 0) return { queries, kv: undefined };
  const keys = turned(queryHeads, kvHeads, norm?.keyWeight);
  return { queries, kv: tf.transpose(tf.concat([keys, some(queryHeads + kvHeads, kvHeads)], 1), [1, 0, 2]) };
}
