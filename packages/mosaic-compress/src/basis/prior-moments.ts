import type { SegmentBasis } from "./segment-basis.ts";

/** However many tokens an earlier segment had, it counts for so many at most: it may guide a short segment and not outweigh a long one. */
const MOST_PRIOR_TOKENS = 512;

/** Tokens that an earlier segment of `tokens` tokens counts for. */
export function priorWeight(tokens: number): number {
  return Math.min(tokens, MOST_PRIOR_TOKENS);
}

/** `moments += weight * sum over axes of energy * b b^T` with `b = B_j / |B_j|`, as far as the earlier basis was not truncated. */
export function addPriorMoments(moments: Float64Array, basis: SegmentBasis, weight: number): void {
  const { headDim, channels } = basis.format;
  for (let channel = 0; channel < channels; channel++) {
    const row = basis.row(channel);
    const norm = row.reduce((sum, element) => sum + element * element, 0);
    if (norm === 0) continue;
    const factor = (weight * (basis.energies[channel] as number)) / norm;
    for (let i = 0; i < headDim; i++) {
      for (let j = 0; j < headDim; j++) {
        const at = i * headDim + j;
        moments[at] = (moments[at] as number) + factor * (row[i] as number) * (row[j] as number);
      }
    }
  }
}
