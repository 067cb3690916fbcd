import { type KvCodecTests, testKvCodec } from "@kvasir/kv-core/testing";
import { describe, expect, it } from "vitest";
import { mosaicPacked } from "./mosaic-packed.ts";
import { packedSettings, type VectorPacking } from "./settings/vector-packing.ts";

const attend = 1e-6;
const everything: VectorPacking = { retained: 1, channels: 1 };

function conforms(keys: VectorPacking, values: VectorPacking, decode: number, headDims: readonly number[]): void {
  const tests: KvCodecTests = {
    describe,
    it,
    expect,
    create: mosaicPacked,
    settings: (headDim) => packedSettings({ keys, values }, headDim),
    tolerance: { decode, attend },
    headDims,
  };
  testKvCodec(tests);
}

describe("nothing dropped, 16-bit", () => {
  conforms(everything, everything, 0.01, [32, 64]);
});
describe("nothing dropped, codes", () => {
  conforms({ ...everything, elements: "int8" }, { ...everything, elements: "int4" }, 0.15, [32]);
});
// Normally distributed channels are the worst case: what is dropped is bounded by the largest element only.
describe("the paper's setting", () => {
  conforms({}, {}, 0.8, [128]);
});
describe("pairs, codes", () => {
  conforms({ groupSize: 2, elements: "int8" }, { groupSize: 2, elements: "int4" }, 0.9, [64]);
});
