import { expect, it } from "vitest";
import { reorderRows, toHalfSplitOrder } from "./half-split-order.ts";

it("undoes the order of rows that GGUF converters write for llama models", () => {
  // Two heads of six channels; rows named by head and channel in half-split order.
  const halfSplit = Float32Array.from([0, 1, 2, 3, 4, 5, 10, 11, 12, 13, 14, 15]);
  // reshape(heads, 2, 3).swapaxes(1, 2) of the converter
  const interleaved = Float32Array.from([0, 3, 1, 4, 2, 5, 10, 13, 11, 14, 12, 15]);
  expect(reorderRows(interleaved, 1, 6)).toEqual(halfSplit);
});

it("moves codes, scales and offsets of quantised rows together", () => {
  const rows = 4;
  const columns = 32;
  const codes = Uint8Array.from({ length: rows * columns }, (_, index) => Math.floor(index / columns));
  const perRow = Float32Array.from([0, 1, 2, 3]);
  const result = toHalfSplitOrder({ kind: "affine", bits: 4, groupSize: 32, codes, scales: perRow, offsets: perRow }, rows, 4);
  if (result.kind !== "affine") throw new Error("The kind of rows changed.");
  expect([...result.scales]).toEqual([0, 2, 1, 3]);
  expect([...result.offsets]).toEqual([0, 2, 1, 3]);
  expect([0, 1, 2, 3].map((row) => result.codes[row * columns + 7])).toEqual([0, 2, 1, 3]);
});
