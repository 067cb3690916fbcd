import type { Random } from "../random.ts";

/** Index drawn with the given weights, which need not sum to 1; the last one where all are 0. */
export function pickWeighted(weights: readonly number[], random: Random): number {
  let left = random.fraction() * weights.reduce((sum, weight) => sum + weight, 0);
  const index = weights.findIndex((weight) => (left -= weight) < 0);
  return index === -1 ? weights.length - 1 : index;
}
