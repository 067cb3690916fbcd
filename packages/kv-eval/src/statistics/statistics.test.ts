import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bootstrapMean, differences } from "./bootstrap.ts";
import { mean, standardError } from "./moments.ts";

const values = fc.array(fc.integer({ min: -100, max: 100 }), { minLength: 1, maxLength: 40 });

it("takes means and standard errors", () => {
  expect(mean([1, 2, 6])).toBe(3);
  expect(mean([])).toBeNaN();
  expect(standardError([2, 4, 4, 4, 5, 5, 7, 9])).toBeCloseTo(Math.sqrt(32 / 7 / 8), 12);
  expect(standardError([5])).toBe(0);
});

describe("bootstrapMean", () => {
  it("repeats itself from its seed, and its interval holds the mean and lies within the values", () => {
    fc.assert(
      fc.property(fc.array(values, { minLength: 1, maxLength: 4 }), fc.integer(), (groups, seed) => {
        const interval = bootstrapMean(groups, { seed, resamples: 200 });
        expect(bootstrapMean(groups, { seed, resamples: 200 })).toEqual(interval);
        expect(interval.mean).toBeCloseTo(mean(groups.map(mean)), 9);
        expect(interval.low).toBeLessThanOrEqual(interval.high);
        expect(interval.low).toBeGreaterThanOrEqual(Math.min(...groups.flat()) - 1e-9);
        expect(interval.high).toBeLessThanOrEqual(Math.max(...groups.flat()) + 1e-9);
      }),
      { numRuns: 50 },
    );
  });

  it("moves with its values", () => {
    fc.assert(
      fc.property(values, fc.integer({ min: -50, max: 50 }), (group, shift) => {
        const at = bootstrapMean([group], { seed: 1, resamples: 100 });
        const moved = bootstrapMean([group.map((value) => value + shift)], { seed: 1, resamples: 100 });
        expect(moved.low - at.low).toBeCloseTo(shift, 6);
        expect(moved.high - at.high).toBeCloseTo(shift, 6);
      }),
      { numRuns: 50 },
    );
  });

  it("agrees with the normal approximation for many values", () => {
    const group = Array.from({ length: 400 }, (_, index) => ((index * 37) % 101) - 50);
    const { low, high } = bootstrapMean([group], { seed: 3 });
    const half = 1.96 * standardError(group);
    expect((high - low) / 2 / half).toBeGreaterThan(0.9);
    expect((high - low) / 2 / half).toBeLessThan(1.1);
  });

  it("covers the true mean of Bernoulli draws about as often as it says", () => {
    let covered = 0;
    for (let round = 0; round < 200; round++) {
      const draws = Array.from({ length: 50 }, (_, index) =>
        (Math.imul(round * 50 + index + 1, 2_654_435_761) >>> 0) % 1000 < 700 ? 1 : 0,
      );
      const { low, high } = bootstrapMean([draws], { seed: round, resamples: 400 });
      if (low <= 0.7 && high >= 0.7) covered++;
    }
    expect(covered).toBeGreaterThan(170);
  });

  it("has no spread where all values are equal, and leaves out groups without values", () => {
    expect(bootstrapMean([[4, 4, 4], []], { seed: 1 })).toEqual({ mean: 4, low: 4, high: 4 });
    expect(bootstrapMean([], { seed: 1 }).mean).toBeNaN();
  });
});

it("pairs values, and only as many as there are", () => {
  expect(differences([3, 5], [1, 9])).toEqual([2, -4]);
  expect(() => differences([1], [])).toThrow(RangeError);
});
