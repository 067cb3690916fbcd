import { logSumExp } from "./softmax.ts";

/** Attention output of one query row: `out` is `[headDim]`, `lse` the natural-log sum of exponentials of the scaled scores. */
export interface HeadState {
  readonly out: Float64Array;
  readonly lse: number;
}

/** Scalar product of `length` elements. */
export function dot(a: ArrayLike<number>, aStart: number, b: ArrayLike<number>, bStart: number, length: number): number {
  let sum = 0;
  for (let i = 0; i < length; i++) sum += (a[aStart + i] as number) * (b[bStart + i] as number);
  return sum;
}

/**
 * Attention of one query `[headDim]` over the tokens of dense K and V `[tokens, headDim]` that `isVisible` admits, in f64.
 * `out` is 0 and `lse` -Infinity where nothing is visible.
 */
export function denseAttention(
  query: ArrayLike<number>,
  keys: ArrayLike<number>,
  values: ArrayLike<number>,
  scale: number,
  isVisible: (token: number) => boolean = () => true,
): HeadState {
  const headDim = query.length;
  const tokens = keys.length / headDim;
  const visible: number[] = [];
  for (let token = 0; token < tokens; token++) if (isVisible(token)) visible.push(token);
  const scores = visible.map((token) => scale * dot(query, 0, keys, token * headDim, headDim));
  const lse = logSumExp(scores);
  const out = new Float64Array(headDim);
  visible.forEach((token, i) => {
    const weight = Math.exp((scores[i] as number) - lse);
    for (let channel = 0; channel < headDim; channel++)
      out[channel] = (out[channel] as number) + weight * (values[token * headDim + channel] as number);
  });
  return { out, lse };
}

/**
 * Attention over the union of two disjoint sets of tokens, from the attention over each. Associative and commutative up to rounding;
 * a state with `lse` -Infinity is the identity.
 */
export function mergeHeadStates(a: HeadState, b: HeadState): HeadState {
  if (b.lse === -Infinity) return a;
  if (a.lse === -Infinity) return b;
  const lse = logSumExp([a.lse, b.lse]);
  const weightA = Math.exp(a.lse - lse);
  const weightB = Math.exp(b.lse - lse);
  return { out: a.out.map((value, i) => weightA * value + weightB * (b.out[i] as number)), lse };
}
