import type { Engine } from "../engine/engine.ts";
import type { TfTensor } from "../engine/tensorflow.ts";

/** Below every score, and finite, so that differences are. */
export const LOWEST = -3e38;

/**
 * Attention over a part of what rows read, before it is divided: `sums` is `[heads, rows, headDim + 1]`, the values' weighted sum and behind
 * it the sum of the weights; `max` is `[heads, rows, 1]`, by which weights were scaled down: `LOWEST` where nothing is seen, the sums then 0.
 */
export interface PartialState {
  readonly sums: TfTensor;
  readonly max: TfTensor;
}

/** The state of rows that see nothing. */
export function nothingSeen({ tf }: Engine, heads: number, rows: number, headDim: number): PartialState {
  return { sums: tf.zeros([heads, rows, headDim + 1]), max: tf.add(tf.zeros([heads, rows, 1]), LOWEST) };
}

/** The state of tokens of both. */
export function mergePartial(engine: Engine, a: PartialState, b: PartialState): PartialState {
  const { tf } = engine;
  const max = tf.maximum(a.max, b.max);
  const scaled = (state: PartialState): TfTensor => tf.mul(state.sums, engine.exp(tf.sub(state.max, max)));
  return { sums: tf.add(scaled(a), scaled(b)), max };
}

/** Attention's output `[heads, rows, headDim]`. */
export function outputOf(engine: Engine, { sums }: PartialState): TfTensor {
  const { tf } = engine;
  const [heads = 0, rows = 0, width = 0] = sums.shape;
  return tf.div(tf.slice(sums, [0, 0, 0], [heads, rows, width - 1]), atLeastOneHalf(engine, weightsOf(engine, sums)));
}

/** Log-sum-exp `[heads, rows, 1]`. */
export function logSumExpOf(engine: Engine, { sums, max }: PartialState): TfTensor {
  return logSum(engine, weightsOf(engine, sums), max);
}

function weightsOf({ tf }: Engine, sums: TfTensor): TfTensor {
  const [heads = 0, rows = 0, width = 0] = sums.shape;
  return tf.slice(sums, [0, 0, width - 1], [heads, rows, 1]);
}

/** Merges finished states: outputs `[states, headDim]`, log-sum-exps `[states, 1]`. */
export function mergeFinished(
  engine: Engine,
  a: { readonly out: TfTensor; readonly lse: TfTensor },
  b: { readonly out: TfTensor; readonly lse: TfTensor },
): { readonly out: TfTensor; readonly lse: TfTensor } {
  const { tf } = engine;
  const max = tf.maximum(tf.maximum(a.lse, b.lse), LOWEST);
  const [weightA, weightB] = [a, b].map(({ lse }) => engine.exp(tf.sub(lse, max))) as [TfTensor, TfTensor];
  const weights = tf.add(weightA, weightB);
  const sum = tf.add(tf.mul(a.out, weightA), tf.mul(b.out, weightB));
  return { out: tf.div(sum, atLeastOneHalf(engine, weights)), lse: logSum(engine, weights, max) };
}

/** Weights sum to 1 at least, since the largest is 1, or to 0. */
function atLeastOneHalf({ tf }: Engine, weights: TfTensor): TfTensor {
  return tf.maximum(weights, 0.5);
}

function logSum(engine: Engine, weights: TfTensor, max: TfTensor): TfTensor {
  const { tf } = engine;
  const lse = tf.add(engine.log(atLeastOneHalf(engine, weights)), max);
  return tf.where(tf.greater(weights, 0.5), lse, tf.fill(lse.shape, -Infinity));
}
