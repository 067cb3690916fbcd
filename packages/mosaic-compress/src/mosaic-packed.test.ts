import { CodecDataError, type CodecSettings, type CodecShape, type DenseKv, type EncodedTokens, type KvCodec } from "@kvasir/kv-core";
import { attendSelected, decodeBf16, denseAttention, encodeBf16 } from "@kvasir/kv-core/reference";
import { difference, NO_DIFFERENCE, SeededRandom } from "@kvasir/kv-core/testing";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { principalAxes } from "./basis/principal-axes.ts";
import { secondMoments } from "./basis/second-moments.ts";
import { mosaicPacked } from "./mosaic-packed.ts";
import { packedSettings, type PackingOptions, type VectorPacking } from "./settings/vector-packing.ts";

const packings: fc.Arbitrary<VectorPacking> = fc.record({
  retained: fc.constantFrom(0.1, 0.25, 0.5, 1),
  channels: fc.constantFrom(0.75, 1),
  groupSize: fc.constantFrom(1, 2, 4, 8),
  elements: fc.constantFrom("bf16" as const, "int8" as const, "int4" as const),
});
const cases = fc.record({
  keys: packings,
  values: packings,
  blockTokens: fc.constantFrom(4, 8, 16),
  rotation: fc.constantFrom("second-moments" as const, "none" as const),
  tokens: fc.integer({ min: 1, max: 60 }),
  headDim: fc.constantFrom(16, 48, 64),
  seed: fc.integer(),
});

/** Keys and values with a few strong directions and a mean, as models have. */
function modelLike(tokens: number, headDim: number, seed: number): { keys: Float32Array; values: Float32Array } {
  const random = new SeededRandom(seed);
  const side = (): Float32Array => {
    const mean = random.normals(headDim);
    const directions = Array.from({ length: 6 }, () => random.normals(headDim));
    return Float32Array.from(
      Array.from({ length: tokens }, () => {
        const strengths = random.normals(6);
        const own = Array.from(random.normals(headDim, 0.2), (noise, i) => noise + (mean[i] as number));
        return own.map((element, i) =>
          directions.reduce((sum, direction, d) => sum + (strengths[d] as number) * (direction[i] as number), element),
        );
      }).flat(),
    );
  };
  return { keys: side(), values: side() };
}

const codec: KvCodec = mosaicPacked();
const encodeNew = (tokens: DenseKv, shape: CodecShape, options: PackingOptions = {}): EncodedTokens =>
  codec.encode(tokens, shape, codec.fit(tokens, shape, packedSettings(options, shape.headDim)));

const expectNone = (found: string): void => expect(found).toBe(NO_DIFFERENCE);

it("attends what it decodes to 1e-6, and takes no more bytes than it says", () => {
  fc.assert(
    fc.property(cases, ({ tokens, headDim, seed, ...options }) => {
      const shape = { tokens, headDim };
      const encoded = encodeNew(modelLike(tokens, headDim, seed), shape, options);
      expect(encoded.bytes.length + encoded.state.length).toBe(codec.maxBytes(shape, packedSettings(options, headDim)));
      const decoded = codec.decode(encoded);
      const query = new SeededRandom(seed + 1).normals(headDim);
      const scale = 1 / Math.sqrt(headDim);
      const got = codec.attend(query, encoded, scale);
      const want = denseAttention(query, decoded.keys, decoded.values, scale);
      expectNone(difference(got.out, want.out, 1e-6));
      expectNone(difference(got.lse, [want.lse], 1e-6));
    }),
    { numRuns: 40 },
  );
});

it("decodes to the largest rotated channels of each vector, by the definition", () => {
  const [tokens, headDim, retained, channels] = [50, 32, 8, 24];
  const { keys, values } = modelLike(tokens, headDim, 3);
  const decoded = codec.decode(encodeNew({ keys, values }, { tokens, headDim }));
  for (const [dense, got] of [
    [keys, decoded.keys],
    [values, decoded.values],
  ] as const) {
    const { rows: axes } = principalAxes(secondMoments(dense, headDim), headDim);
    // The rotation is stored, and counts, as bf16; its rows are then not quite of length 1.
    const rows = axes.map((element) => decodeBf16(encodeBf16(element)));
    const row = (c: number): number[] => [...rows.subarray(c * headDim, (c + 1) * headDim)];
    const product = (a: readonly number[], b: readonly number[]): number => a.reduce((sum, x, i) => sum + x * (b[i] as number), 0);
    for (let token = 0; token < tokens; token++) {
      const vector = [...dense.subarray(token * headDim, (token + 1) * headDim)];
      const rotated = Array.from({ length: channels }, (_, c) => product(row(c), vector) / product(row(c), row(c)));
      const kept = rotated
        .map((_, c) => c)
        .sort((a, b) => Math.abs(rotated[b] as number) - Math.abs(rotated[a] as number))
        .slice(0, retained);
      const want = vector.map((_, i) => kept.reduce((sum, c) => sum + (rotated[c] as number) * (row(c)[i] as number), 0));
      // Elements are rounded to bf16, by 2^-9 of each.
      expectNone(difference(got.subarray(token * headDim, (token + 1) * headDim), want, 2 ** -7));
    }
  }
});

describe("bytes of 8,192 tokens in one piece, rotations and headers included", () => {
  const tokens = 8192;
  const rows: readonly [string, PackingOptions, number, number][] = [
    ["the paper's: r = D/4, g = 1, a quarter truncated", {}, 76, 3.0],
    ["g = 2", { keys: { groupSize: 2 }, values: { groupSize: 2 } }, 70, 3.3],
    ["int8, g = 2", { keys: { groupSize: 2, elements: "int8" }, values: { groupSize: 2, elements: "int8" } }, 40, 5],
    ["int4", { keys: { elements: "int4" }, values: { elements: "int4" } }, 30, 5],
  ];
  it.each(rows)("%s", (_, options, bytesPerVector, ratio) => {
    const headDim = 128;
    const random = new SeededRandom(1);
    const encoded = encodeNew(
      { keys: random.normals(tokens * headDim), values: random.normals(tokens * headDim) },
      { tokens, headDim },
      options,
    );
    const bytes = encoded.bytes.length + encoded.state.length;
    const channels = 96;
    // Rows in bf16, scales and energies in f32.
    const basis = channels * headDim * 2 + 2 * channels * 4;
    expect(bytes).toBe((2 * tokens + tokens / 8) * bytesPerVector + 2 * basis + 2 * 64);
    expect(bytes).toBeLessThanOrEqual((2 * 2 * headDim * tokens) / ratio);
    expect(bytes).toBe(codec.maxBytes({ tokens, headDim }, packedSettings(options, headDim)));
  });
});

describe("damage", () => {
  const options: PackingOptions = { keys: { elements: "int8" }, values: { elements: "int4", groupSize: 2 } };
  const shape = { tokens: 20, headDim: 16 };
  const encoded = encodeNew(modelLike(20, 16, 1), shape, options);

  it("to any byte is noticed, and said", () => {
    fc.assert(
      fc.property(fc.boolean(), fc.nat(), fc.integer({ min: 1, max: 255 }), (inState, at, flip) => {
        const part = inState ? "state" : "bytes";
        const copy = Uint8Array.from(encoded[part]);
        const index = at % copy.length;
        copy[index] = (copy[index] as number) ^ flip;
        const read = (): unknown => codec.attend(new Float32Array(16), { ...encoded, [part]: copy }, 1);
        expect(read).toThrow(CodecDataError);
        expect(read).toThrow(/Data of codec "mosaic-packed" is damaged: \w+ .*Encode the tokens again/);
      }),
      { numRuns: 300 },
    );
  });

  it("by another segment's state is noticed", () => {
    const other = encodeNew(modelLike(20, 16, 2), shape, options);
    expect(() => codec.decode({ shape, bytes: encoded.bytes, state: other.state })).toThrow(
      /state is not the one these tokens were encoded in/,
    );
    const wide = { tokens: 2, headDim: 32 };
    const settings = packedSettings({}, 32);
    expect(() => codec.encode(modelLike(2, 32, 1), wide, other.state)).toThrow(/state is for 16 channels/);
    expect(() => codec.fit(modelLike(2, 32, 1), wide, settings, other.state)).toThrow(/state is for 16 channels/);
  });
});

describe("selectors", () => {
  const [tokens, headDim] = [64, 32];
  const { keys, values } = modelLike(tokens, headDim, 5);
  const encoded = encodeNew({ keys, values }, { tokens, headDim });
  const { keys: seen } = codec.decode(encoded);
  const query = new SeededRandom(9).normals(headDim);
  const product = (token: number, vectors: Float32Array): number =>
    query.reduce((sum, x, i) => sum + x * (vectors[token * headDim + i] as number), 0);

  it("score by the largest key of a block, and read that block", () => {
    const scores = Array.from({ length: tokens / 8 }, (_, block) =>
      Math.max(...Array.from({ length: 8 }, (_, i) => product(8 * block + i, seen))),
    );
    const got = codec.scoreBlocks?.(query, encoded, { by: "max-key", blockTokens: 8, scale: 1 }) ?? [];
    expectNone(difference(got, scores, 1e-6));
    const best = scores.indexOf(Math.max(...scores));
    const { read } = attendSelected(codec, query, encoded, 1, {
      kind: "top-blocks",
      by: "max-key",
      blockTokens: 8,
      keep: { tokens: 8 },
      always: { sinkTokens: 0, recentTokens: 0 },
      per: "kv-head",
    });
    expect(read.isRead.flatMap((isRead, block) => (isRead ? [block] : []))).toEqual([best]);
  });

  it("score by mean keys, packed as a key is", () => {
    // A block of equal keys has that key as its mean, so both scores agree up to rounding.
    const same = Float32Array.from(
      { length: tokens * headDim },
      (_, at) => keys[(at % headDim) + headDim * 8 * Math.floor(at / headDim / 8)] as number,
    );
    const packed = encodeNew({ keys: same, values }, { tokens, headDim });
    const [mean = [], max = []] = ["mean-key", "max-key"].map((by) => codec.scoreBlocks?.(query, packed, { by, blockTokens: 8, scale: 1 }));
    expectNone(difference(mean, max, 1e-6));
    expect(() => codec.scoreBlocks?.(query, packed, { by: "mean-key", blockTokens: 16, scale: 1 })).toThrow(/blocks of 8/);
    expect(() => codec.scoreBlocks?.(query, packed, { by: "luck", blockTokens: 8, scale: 1 })).toThrow(/mean-key or max-key/);
  });
});

describe("fit", () => {
  const shape = { tokens: 64, headDim: 32 };
  const tokens = modelLike(64, 32, 7);
  const ladder: readonly VectorPacking[] = [0.75, 0.125, 0.5, 0.25].map((retained) => ({ retained, channels: 1 }));
  const lossWith = (packing: VectorPacking): number => encodeNew(tokens, shape, { keys: packing, values: packing }).loss;
  const chosen = (maxLoss: number): number => {
    const { bytes } = encodeNew(tokens, shape, { keys: ladder, values: { retained: 1, channels: 1 }, maxLoss });
    const candidates = ladder.toSorted((a, b) => (a.retained ?? 0) - (b.retained ?? 0));
    const sizes = candidates.map((keys) => encodeNew(tokens, shape, { keys, values: { retained: 1, channels: 1 } }).bytes.length);
    return candidates[sizes.indexOf(bytes.length)]?.retained ?? 0;
  };

  it("takes the cheapest packing that loses little enough, else the last", () => {
    expect([1, 0].map(chosen)).toEqual([0.125, 0.75]);
    const between = [0.1, 0.03, 0.01, 0.003, 0.001].map(chosen);
    expect(between).toEqual(between.toSorted((a, b) => a - b));
    expect(new Set(between).size).toBeGreaterThan(1);
  });

  it("loses less where vectors keep more, and all codes but the finest lose something", () => {
    const losses = [0.125, 0.25, 0.5].map((retained) => lossWith({ retained, channels: 1 }));
    expect(losses).toEqual(losses.toSorted((a, b) => b - a));
    expect(lossWith({ retained: 1, channels: 1 })).toBeLessThan(1e-4);
    expect(lossWith({ retained: 0.5, channels: 1, elements: "int4" })).toBeGreaterThan(lossWith({ retained: 0.5, channels: 1 }));
    const zeros = { keys: new Float32Array(64), values: new Float32Array(64) };
    expect(encodeNew(zeros, { tokens: 2, headDim: 32 }).loss).toBe(0);
  });

  it("carries measurements of an earlier segment on", () => {
    const few = { keys: tokens.keys.slice(0, 4 * 32), values: tokens.values.slice(0, 4 * 32) };
    const rest = { keys: tokens.keys.slice(4 * 32), values: tokens.values.slice(4 * 32) };
    const settings = packedSettings({}, 32);
    const prior = codec.fit(rest, { tokens: 60, headDim: 32 }, settings);
    const alone = codec.fit(few, { tokens: 4, headDim: 32 }, settings);
    const guided = codec.fit(few, { tokens: 4, headDim: 32 }, settings, prior);
    const lossOf = (state: Uint8Array): number => codec.encode(rest, { tokens: 60, headDim: 32 }, state).loss;
    // Four vectors span four axes; what follows needs the others.
    expect(lossOf(guided)).toBeLessThan(lossOf(alone) / 2);
    // A prior's own tokens again: the same axes, energies of both together.
    const twice = codec.fit(rest, { tokens: 60, headDim: 32 }, settings, prior);
    expect(lossOf(twice)).toBeCloseTo(lossOf(prior), 3);
  });
});

it("refuses options and tokens that cannot be", () => {
  const settings = (options: PackingOptions): unknown => packedSettings(options, 32);
  expect(() => settings({ keys: { retained: 0 } })).toThrow(/"keys\.retained" is 0/);
  expect(() => settings({ values: [{}, { channels: 1.5 }] })).toThrow(/"values\[1\]\.channels" is 1\.5/);
  expect(() => settings({ keys: [] })).toThrow(/"keys" is an empty list/);
  expect(() => settings({ keys: { groupSize: 3 } })).toThrow(/"keys\.groupSize" is 3/);
  const vector = new Float32Array(32).fill(NaN);
  expect(() => encodeNew({ keys: vector, values: vector }, { tokens: 1, headDim: 32 })).toThrow(/not finite/);
  expect(() => encodeNew({ keys: vector, values: vector }, { tokens: 2, headDim: 32 })).toThrow(/2 tokens of 32 channels need 64/);
});

it("refuses settings that are none, naming the field", () => {
  const good = packedSettings({ keys: { elements: "int4" } }, 32);
  const wrong: readonly [CodecSettings, RegExp][] = [
    [{}, /"maxLoss" is undefined/],
    [{ ...good, blockTokens: 24 }, /"blockTokens" is 24/],
    [{ ...good, rotation: "some" }, /"rotation" is "some"/],
    [{ ...good, maxLoss: 1.5 }, /"maxLoss" is 1\.5/],
    [{ ...good, luck: 1 }, /"luck" is not known/],
    [{ ...good, keys: [] }, /"keys" is no list/],
    [{ ...good, values: 3 }, /"values" is no list/],
    [{ ...good, values: [null] }, /"values\[0\]" is no candidate/],
    [{ ...good, keys: [{ ...good.keys[0], retained: 33 }] }, /"keys\[0\]\.retained" is 33/],
    [{ ...good, keys: [{ ...good.keys[0], elements: "fp8" }] }, /"keys\[0\]\.elements" is "fp8"/],
    [{ ...good, keys: [{ ...good.keys[0], luck: 1 }] }, /"keys\[0\]\.luck" is not known/],
  ];
  const tokens = { keys: new Float32Array(32), values: new Float32Array(32) };
  for (const [settings, message] of wrong) {
    expect(() => codec.fit(tokens, { tokens: 1, headDim: 32 }, settings)).toThrow(message);
    expect(() => codec.maxBytes({ tokens: 1, headDim: 32 }, settings)).toThrow(message);
  }
});
