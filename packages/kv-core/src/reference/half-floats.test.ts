import { describe, expect, it } from "vitest";
import { decodeBf16, decodeF16, encodeBf16, encodeF16, roundTiesToEven } from "./half-floats.ts";

describe("binary16", () => {
  it.each([
    [0, 0x0000],
    [-0, 0x8000],
    [1, 0x3c00],
    [-2, 0xc000],
    [65504, 0x7bff],
    [65519.99, 0x7bff],
    [65520, 0x7c00],
    [Infinity, 0x7c00],
    [2 ** -14, 0x0400],
    [2 ** -24, 0x0001],
    [2 ** -25, 0x0000],
    [2 ** -25 * 1.001, 0x0001],
    [1 + 2 ** -11, 0x3c00],
    [1 + 3 * 2 ** -11, 0x3c02],
    [2 ** -14 - 2 ** -26, 0x0400],
  ])("encodes %d", (value, bits) => {
    expect(encodeF16(value)).toBe(bits);
  });

  it("decodes and encodes every finite half to itself", () => {
    const finite = Array.from({ length: 0x10000 }, (_, half) => half).filter((half) => (half & 0x7c00) !== 0x7c00);
    expect(finite.filter((half) => encodeF16(decodeF16(half)) !== half)).toEqual([]);
  });

  it("keeps NaN", () => {
    expect(decodeF16(encodeF16(NaN))).toBeNaN();
    expect(decodeBf16(encodeBf16(NaN))).toBeNaN();
  });
});

describe("bf16", () => {
  it.each([
    [1, 0x3f80],
    [1 + 2 ** -8, 0x3f80],
    [1 + 3 * 2 ** -8, 0x3f82],
    [-1.5, 0xbfc0],
    [3.4e38, 0x7f80],
  ])("encodes %d", (value, bits) => {
    expect(encodeBf16(value)).toBe(bits);
  });

  it("decodes and encodes every finite value to itself", () => {
    const finite = Array.from({ length: 0x10000 }, (_, half) => half).filter((half) => (half & 0x7f80) !== 0x7f80);
    expect(finite.filter((half) => encodeBf16(decodeBf16(half)) !== half)).toEqual([]);
  });
});

it("rounds halfway cases to the even neighbour", () => {
  expect([0.5, 1.5, 2.5, -0.5, -1.5, 2.4, 2.6].map(roundTiesToEven)).toEqual([0, 2, 2, 0, -2, 2, 3]);
});
