import { expect, it } from "vitest";
import { BLOCK_REPRESENTATIVES } from "./block-representatives.ts";

const represent = (by: string, keys: number[], headDim: number, scale: number): number[] => {
  const of = BLOCK_REPRESENTATIVES[by];
  if (of === undefined) throw new Error(`no ${by}`);
  return [...of(Float64Array.from(keys), headDim, scale)];
};

it("takes the mean of keys", () => {
  expect(represent("mean-key", [1, 2, 3, 6, 5, 1], 2, 0.5)).toEqual([3, 3]);
});

it("weighs keys of a chunk feature by the attention they get", () => {
  // Two keys in one dimension: a and b attend to each other with logistic weights.
  const [a, b, scale] = [1, -2, 0.7];
  const share = (query: number): number => 1 / (1 + Math.exp(scale * query * (b - a)));
  const attended = (query: number): number => share(query) * a + (1 - share(query)) * b;
  const feature = (attended(a) + attended(b)) / 2;
  expect(represent("chunk-feature", [a, b], 1, scale)[0]).toBeCloseTo(attended(feature), 12);
});

it("equals the key where all keys of a block are the same", () => {
  for (const by of Object.keys(BLOCK_REPRESENTATIVES)) {
    represent(by, [0.5, -3, 0.5, -3, 0.5, -3], 2, 0.3).forEach((value, i) => expect(value).toBeCloseTo([0.5, -3][i] ?? 0, 12));
  }
});
