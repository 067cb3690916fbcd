import fc from "fast-check";
import { expect, it } from "vitest";
import { largestThatFits } from "./largest-that-fits.ts";

it("finds a count that fits while the next does not", () => {
  const steps = fc.array(fc.integer({ min: 0, max: 40 }), { minLength: 50, maxLength: 400 });
  fc.assert(
    fc.property(steps, fc.nat(300), fc.integer({ min: 0, max: 3 }), fc.nat(6_000), (steps, base, least, room) => {
      const sizes = steps.reduce<number[]>((sums, step) => [...sums, (sums.at(-1) ?? base) + step], [base]);
      let looks = 0;
      const sizeOf = (count: number): number => {
        looks++;
        return sizes[count] ?? (sizes.at(-1) as number) + 20 * (count - sizes.length + 1);
      };
      const limit = sizeOf(least) + room;
      const count = largestThatFits({ least, limit, sizeOf, subject: "it" });
      expect(sizeOf(count)).toBeLessThanOrEqual(limit);
      expect(sizeOf(count + 1)).toBeGreaterThan(limit);
      expect(looks).toBeLessThan(60);
    }),
  );
});

it("stops where there is no more", () => {
  expect(largestThatFits({ least: 1, most: 7, limit: 1_000, sizeOf: (count) => count, subject: "it" })).toBe(7);
});

it("needs few looks where sizes grow evenly", () => {
  let looks = 0;
  const sizeOf = (count: number): number => {
    looks++;
    return 90 + Math.round(1.37 * count);
  };
  const count = largestThatFits({ least: 1, limit: 8_192, sizeOf, subject: "it" });
  expect([sizeOf(count) <= 8_192, sizeOf(count + 1) <= 8_192]).toEqual([true, false]);
  expect(looks).toBeLessThan(12);
});

it("says how much is needed where nothing fits", () => {
  expect(() => largestThatFits({ least: 3, limit: 20, sizeOf: (count) => 10 * count, subject: "The haystack" })).toThrow(
    "The haystack needs a length of at least 30 tokens, but 20 were given.",
  );
});
