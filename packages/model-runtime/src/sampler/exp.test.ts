import fc from "fast-check";
import { expect, it } from "vitest";
import { expNegative } from "./exp.ts";

it("equals Math.exp to 11 digits where that is a normal number", () => {
  fc.assert(
    fc.property(fc.double({ min: -700, max: 0, noNaN: true }), (x) => {
      expect(Math.abs(expNegative(x) / Math.exp(x) - 1)).toBeLessThan(1e-11);
    }),
    { numRuns: 5000 },
  );
});

it("is 1 at 0 and 0 far below", () => {
  expect([0, -0].map(expNegative)).toEqual([1, 1]);
  expect([-746, -1e9, -Infinity].map(expNegative)).toEqual([0, 0, 0]);
  expect(expNegative(-744)).toBeLessThan(1e-320);
});
