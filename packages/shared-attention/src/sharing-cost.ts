import type { CostRow, CostTable } from "./cost-table.ts";

/**
 * Expected time of attending shared tokens once, relative to every reader attending them for itself: below 1 where sharing is faster.
 * Interpolated between measurements, linear in the logarithms; beyond the largest ones it is like there, and below the smallest, where
 * nothing is known and little could be won, it is Infinity.
 *
 * @param readers need not be whole: where each reads a part of the tokens, a token has fewer readers on average
 */
export function relativeCost({ rows }: CostTable, readers: number, tokens: number): number {
  const counts = [...new Set(rows.map((row) => row.readers))];
  const curve = counts.map((count) => {
    const points = rows.filter((row) => row.readers === count).map((row) => ({ at: row.tokens, value: Math.log(ratio(row, rows)) }));
    return { at: count, value: interpolate(points, tokens) };
  });
  return Math.exp(interpolate(curve, readers));
}

/**
 * Of one measurement. Few readers alone cannot keep all threads busy as they can in a crowd, where each takes as little time as one of many
 * measured together; a run is judged without knowing which of the two it is in.
 */
function ratio({ readers, tokens, sharedSeconds, separateSeconds }: CostRow, rows: readonly CostRow[]): number {
  const perReader = Math.min(...rows.filter((row) => row.tokens === tokens).map((row) => row.separateSeconds / row.readers));
  return sharedSeconds / Math.min(separateSeconds, readers * perReader);
}

interface Point {
  readonly at: number;
  readonly value: number;
}

/** Over ascending points; Infinity below the first. */
function interpolate(points: readonly Point[], at: number): number {
  const above = points.findIndex((point) => point.at >= at);
  const right = points[above];
  if (right === undefined) return points.at(-1)?.value ?? Infinity;
  if (right.at === at) return right.value;
  const left = points[above - 1];
  if (left === undefined) return Infinity;
  const part = Math.log(at / left.at) / Math.log(right.at / left.at);
  return left.value === Infinity || right.value === Infinity ? Infinity : left.value + part * (right.value - left.value);
}
