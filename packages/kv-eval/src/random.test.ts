import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createRandom } from "./random.ts";

describe("createRandom", () => {
  it("repeats itself from its seed", () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const draw = (): unknown[] => {
          const random = createRandom(seed);
          return [random.integer(0, 1000), random.fraction(), random.shuffle([1, 2, 3, 4, 5]), random.fork("a").integer(0, 1000)];
        };
        expect(draw()).toEqual(draw());
      }),
    );
  });

  it("shuffles every item to somewhere and samples without repeats", () => {
    fc.assert(
      fc.property(fc.integer(), fc.uniqueArray(fc.integer(), { minLength: 1, maxLength: 30 }), (seed, items) => {
        const random = createRandom(seed);
        expect(random.shuffle(items).toSorted((a, b) => a - b)).toEqual(items.toSorted((a, b) => a - b));
        const count = random.integer(0, items.length);
        expect(new Set(random.sample(items, count)).size).toBe(count);
      }),
    );
  });

  it("forks by label, whatever was drawn before", () => {
    const random = createRandom(7);
    const before = random.fork("words").integer(0, 1e9);
    random.integer(0, 10);
    expect(random.fork("words").integer(0, 1e9)).toBe(before);
    expect(random.fork("names").integer(0, 1e9)).not.toBe(before);
  });

  it("forks neighbouring seeds apart, whatever the label", () => {
    const labels = ["a", "b", "c", "d", "lines"];
    const draws = Array.from({ length: 400 }, (_, seed) =>
      labels.map((label) =>
        createRandom(seed)
          .fork(label)
          .integer(0, 2 ** 31 - 1),
      ),
    ).flat();
    expect(new Set(draws).size).toBe(draws.length);
  });

  it("draws from all of a range", () => {
    const random = createRandom(1);
    const seen = new Set(Array.from({ length: 500 }, () => random.integer(3, 12)));
    expect([...seen].toSorted((a, b) => a - b)).toEqual([3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
  });

  it("refuses to draw from nothing, or more than there is", () => {
    expect(() => createRandom(1).pick([])).toThrow(RangeError);
    expect(() => createRandom(1).sample([1, 2], 3)).toThrow("3 different items from 2");
  });
});
