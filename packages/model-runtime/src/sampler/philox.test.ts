import { expect, it } from "vitest";
import { philox4x32, uniformAt } from "./philox.ts";

// Known answers of the Random123 distribution's test vectors (kat_vectors, philox4x32-10).
it.each([
  { counter: [0, 0, 0, 0], key: [0, 0], words: [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8] },
  {
    counter: [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff],
    key: [0xffffffff, 0xffffffff],
    words: [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd],
  },
  {
    counter: [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
    key: [0xa4093822, 0x299f31d0],
    words: [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1],
  },
] as const)("equals the published vector for counter $counter", ({ counter, key, words }) => {
  expect(philox4x32(counter, key)).toEqual(words);
});

it("is uniform over seeds and over indices (chi-square, 64 bins)", () => {
  for (const at of [(index: number) => uniformAt(7n, index), (index: number) => uniformAt(BigInt(index), 3)]) {
    const bins = new Float64Array(64);
    const draws = 64_000;
    for (let index = 0; index < draws; index++) bins[Math.floor(at(index) * 64)]!++;
    const expected = draws / 64;
    const chiSquare = bins.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
    // 99.9 % quantile of chi-square with 63 degrees of freedom.
    expect(chiSquare).toBeLessThan(103.4);
  }
});
