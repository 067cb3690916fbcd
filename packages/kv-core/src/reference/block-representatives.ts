import { dot } from "./dense-attention.ts";
import { softmax } from "./softmax.ts";

/** Keys of one block, `[tokens, headDim]`, to the vector `[headDim]` that stands for them in scores. `scale` multiplies q.k. */
export type BlockRepresentative = (keys: Float64Array, headDim: number, scale: number) => Float64Array;

/** Representatives by `Selector.by`; `Selector` says what each is. */
export const BLOCK_REPRESENTATIVES: Readonly<Record<string, BlockRepresentative>> = {
  "mean-key": (keys, headDim) => weightedKeys(keys, headDim, () => headDim / keys.length),
  "chunk-feature": chunkFeature,
};

/** After LongHeads (arXiv 2402.10685), without its queries, so that a full block's representative never changes. */
function chunkFeature(keys: Float64Array, headDim: number, scale: number): Float64Array {
  const tokens = keys.length / headDim;
  const scoresOf = (query: Float64Array): Float64Array =>
    Float64Array.from({ length: tokens }, (_, token) => scale * dot(query, 0, keys, token * headDim, headDim));
  const mass = new Float64Array(tokens);
  for (let token = 0; token < tokens; token++) {
    const probabilities = softmax(scoresOf(keys.subarray(token * headDim, (token + 1) * headDim)));
    probabilities.forEach((probability, other) => (mass[other] = (mass[other] as number) + probability / tokens));
  }
  const feature = weightedKeys(keys, headDim, (token) => mass[token] as number);
  const weights = softmax(scoresOf(feature));
  return weightedKeys(keys, headDim, (token) => weights[token] as number);
}

function weightedKeys(keys: Float64Array, headDim: number, weight: (token: number) => number): Float64Array {
  const sum = new Float64Array(headDim);
  for (let token = 0; token < keys.length / headDim; token++) {
    for (let i = 0; i < headDim; i++) sum[i] = (sum[i] as number) + weight(token) * (keys[token * headDim + i] as number);
  }
  return sum;
}
