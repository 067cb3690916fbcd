import { SeededRandom } from "@kvasir/kv-core/testing";
import fc from "fast-check";
import { expect, it } from "vitest";
import { coSelectionOrder } from "./co-selection-order.ts";
import { channelAxes, principalAxes } from "./principal-axes.ts";
import { secondMoments } from "./second-moments.ts";

const at = (values: ArrayLike<number>, index: number): number => values[index] as number;

it("sums outer products of vectors, not of their distances from the mean", () => {
  expect([...secondMoments(Float32Array.of(1, 2, 3, 4), 2)]).toEqual([1 + 9, 2 + 12, 2 + 12, 4 + 16]);
});

it("finds orthonormal axes that the moments only stretch, most energy first", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 40 }),
      fc.integer({ min: 1, max: 60 }),
      fc.integer(),
      fc.integer({ min: -30, max: 30 }),
      (dim, tokens, seed, exponent) => {
        const moments = secondMoments(new SeededRandom(seed).normals(tokens * dim, 10 ** (exponent / 2)), dim);
        const { rows, energies } = principalAxes(moments, dim);
        const largest = at(energies, 0);
        for (let axis = 0; axis < dim; axis++) {
          expect(at(energies, axis)).toBeLessThanOrEqual(axis === 0 ? Infinity : at(energies, axis - 1));
          for (let i = 0; i < dim; i++) {
            let stretched = 0;
            for (let j = 0; j < dim; j++) stretched += at(moments, i * dim + j) * at(rows, axis * dim + j);
            expect(Math.abs(stretched - at(energies, axis) * at(rows, axis * dim + i))).toBeLessThanOrEqual(1e-9 * largest);
            let product = 0;
            for (let j = 0; j < dim; j++) product += at(rows, axis * dim + j) * at(rows, i * dim + j);
            expect(product).toBeCloseTo(axis === i ? 1 : 0, 9);
          }
        }
      },
    ),
    { numRuns: 30 },
  );
});

it("keeps channels as they are, most energy first, where asked or where there is no energy", () => {
  const moments = secondMoments(Float32Array.of(1, 0, 2, 0, 3, 0), 3);
  expect([...channelAxes(moments, 3).energies]).toEqual([9, 4, 1]);
  expect([...principalAxes(new Float64Array(4), 2).rows]).toEqual([1, 0, 0, 1]);
});

it("refuses elements that are not finite", () => {
  for (const bad of [NaN, Infinity]) {
    expect(() => principalAxes(secondMoments(Float32Array.of(1, bad), 2), 2)).toThrow(/channel 1 holds elements that are not finite/);
  }
});

it("orders every channel once, and neighbours those that vectors keep together", () => {
  fc.assert(
    fc.property(fc.constantFrom(2, 4), fc.integer({ min: 1, max: 6 }), fc.integer(), (groupSize, groups, seed) => {
      const channels = groupSize * groups;
      const random = new SeededRandom(seed);
      const shuffled = random.permutation(channels);
      const groupOf = (channel: number): number => Math.floor((shuffled[channel] as number) / groupSize);
      const selections = Array.from({ length: 50 }, () => {
        const kept = random.integer(groups);
        return Array.from({ length: channels }, (_, channel) => channel).filter((channel) => groupOf(channel) === kept);
      });
      const order = coSelectionOrder(selections, channels, groupSize);
      expect(order.toSorted((a, b) => a - b)).toEqual(Array.from({ length: channels }, (_, channel) => channel));
      const seen = new Set(selections.flat().map(groupOf));
      for (let start = 0; start < seen.size * groupSize; start += groupSize) {
        expect(new Set(order.slice(start, start + groupSize).map(groupOf)).size).toBe(1);
      }
    }),
  );
});
