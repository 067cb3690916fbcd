import fc from "fast-check";
import { expect, it } from "vitest";
import { visibility } from "./visibility.ts";

const cases = fc.record({
  rows: fc.array(fc.nat(30), { minLength: 1, maxLength: 5 }),
  seen: fc.array(fc.oneof(fc.nat(30), fc.constant(Infinity)), { minLength: 1, maxLength: 8 }),
  window: fc.oneof(fc.integer({ min: 1, max: 20 }), fc.constant(Infinity)),
});

it("agrees with the contract's condition for every row and token", () => {
  fc.assert(
    fc.property(cases, ({ rows, seen, window }) => {
      const want = rows.flatMap((row) => seen.map((position) => (position <= row && row - position < window ? 0 : -Infinity)));
      const found = visibility(rows, Float64Array.from(seen), window);
      const values = { all: want.map(() => 0), none: want.map(() => -Infinity) };
      expect(typeof found === "string" ? values[found] : Array.from(found)).toEqual(want);
    }),
  );
});

it("knows without a mask that everything or nothing is seen", () => {
  expect(visibility([9, 10], Float64Array.of(3, 4), Infinity)).toBe("all");
  expect(visibility([9, 10], Float64Array.of(11, 12), Infinity)).toBe("none");
  expect(visibility([9, 10], Float64Array.of(3, 4), 5)).toBe("none");
});
