import { createRandom } from "../random.ts";
import { mean } from "./moments.ts";

/** A mean and the interval its resampled values fall into. */
export interface Interval {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

export interface BootstrapOptions {
  readonly seed: number;
  /** @defaultValue 2000 */
  readonly resamples?: number;
  /** Share of the resampled means inside the interval. @defaultValue 0.95 */
  readonly confidence?: number;
}

/**
 * Percentile bootstrap (Efron 1979) of a mean of group means. Every group is resampled by itself, as the samples of a benchmark's tasks
 * are; a single group gives the interval of its mean. For two methods asked the same questions, give the differences per question: that
 * is the paired bootstrap, which the difficulty of the questions does not widen.
 */
export function bootstrapMean(groups: readonly (readonly number[])[], options: BootstrapOptions): Interval {
  const { seed, resamples = 2000, confidence = 0.95 } = options;
  const filled = groups.filter((group) => group.length > 0);
  const center = mean(filled.map(mean));
  if (filled.length === 0) return { mean: center, low: Number.NaN, high: Number.NaN };
  const random = createRandom(seed);
  const means = new Float64Array(resamples);
  for (let round = 0; round < resamples; round++) {
    let total = 0;
    for (const group of filled) {
      let sum = 0;
      for (let i = 0; i < group.length; i++) sum += group[random.integer(0, group.length - 1)]!;
      total += sum / group.length;
    }
    means[round] = total / filled.length;
  }
  means.sort();
  const outside = (1 - confidence) / 2;
  return { mean: center, low: quantile(means, outside), high: quantile(means, 1 - outside) };
}

/** Linear between the neighbours, as R's type 7. */
function quantile(sorted: Float64Array, share: number): number {
  const place = share * (sorted.length - 1);
  const below = Math.floor(place);
  const low = sorted[below]!;
  const high = sorted[Math.min(below + 1, sorted.length - 1)]!;
  return low + (place - below) * (high - low);
}

/** Differences of paired values. @throws RangeError where there are not as many of each. */
export function differences(values: readonly number[], baseline: readonly number[]): number[] {
  if (values.length !== baseline.length) throw new RangeError(`${values.length} values cannot be paired with ${baseline.length}.`);
  return values.map((value, index) => value - baseline[index]!);
}
