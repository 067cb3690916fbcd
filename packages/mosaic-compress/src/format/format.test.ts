import { decodeBf16, encodeBf16 } from "@kvasir/kv-core/reference";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { packedLayout, PLANE_ALIGNMENT } from "./packed-layout.ts";
import { PackedVectors } from "./packed-vectors.ts";
import { topGroups } from "./top-groups.ts";
import { scaleCount, vectorBytes, type VectorFormat, vectorFormatProblem } from "./vector-format.ts";

const formats: fc.Arbitrary<VectorFormat> = fc
  .record({
    groupSize: fc.constantFrom(1, 2, 4, 8),
    groups: fc.integer({ min: 1, max: 40 }),
    share: fc.double({ min: 0, max: 1, noNaN: true }),
    elements: fc.constantFrom("bf16" as const, "int8" as const, "int4" as const),
    elementsPerScale: fc.integer({ min: 1, max: 40 }),
  })
  .map(({ groupSize, groups, share, elements, elementsPerScale }) => {
    const retained = groupSize * Math.max(1, Math.floor(share * groups));
    const channels = groupSize * groups;
    return { headDim: channels, channels, retained, groupSize, elements, elementsPerScale: Math.min(elementsPerScale, retained) };
  });
const vectorsOf = (channels: number): fc.Arbitrary<number[][]> =>
  fc.array(fc.array(fc.float({ min: -1000, max: 1000, noNaN: true }), { minLength: channels, maxLength: channels }), {
    minLength: 1,
    maxLength: 5,
  });

/** Packs vectors behind each other, in planes of their own. */
function pack(format: VectorFormat, vectors: readonly (readonly number[])[]): { packed: PackedVectors; bytes: Uint8Array } {
  const sizes = vectorBytes(format);
  const bitmaps = vectors.length * sizes.values;
  const scales = bitmaps + vectors.length * sizes.bitmap;
  const bytes = new Uint8Array(scales + vectors.length * sizes.scales);
  const packed = new PackedVectors(format, vectors.length, bytes, { values: 0, bitmaps, scales });
  const weights = new Float64Array(format.channels).fill(1);
  vectors.forEach((vector, index) => packed.write(index, Float64Array.from(vector), weights));
  return { packed, bytes };
}

it("keeps the groups of largest energy", () => {
  fc.assert(
    fc.property(
      fc.constantFrom(1, 2, 4),
      fc.array(fc.integer({ min: -9, max: 9 }), { minLength: 4, maxLength: 40 }),
      fc.nat(),
      (groupSize, given, wanted) => {
        const elements = Float64Array.from(given.slice(0, given.length - (given.length % groupSize)));
        const groups = elements.length / groupSize;
        const count = (wanted % groups) + 1;
        const energy = (group: number): number =>
          elements.subarray(group * groupSize, (group + 1) * groupSize).reduce((sum, element) => sum + element ** 2, 0);
        const kept = topGroups(elements, groupSize, count);
        expect(kept.length).toBe(count);
        for (let i = 1; i < count; i++) expect(kept[i] as number).toBeGreaterThan(kept[i - 1] as number);
        const least = Math.min(...kept.map(energy));
        for (let group = 0; group < groups; group++) if (!kept.includes(group)) expect(energy(group)).toBeLessThanOrEqual(least);
      },
    ),
  );
});

describe("packed vectors", () => {
  it("hold their largest elements, in channel order, as exactly as their type allows", () => {
    fc.assert(
      fc.property(
        formats.chain((format) => vectorsOf(format.channels).map((vectors) => ({ format, vectors }))),
        ({ format, vectors }) => {
          const { packed } = pack(format, vectors);
          expect(packed.problem()).toBeUndefined();
          vectors.forEach((vector, index) => {
            const seen: { channel: number; coefficient: number }[] = [];
            packed.forEach(index, (channel, coefficient) => seen.push({ channel, coefficient }));
            const { groupSize, retained, elementsPerScale, elements } = format;
            const kept = topGroups(Float64Array.from(vector), groupSize, retained / groupSize).flatMap((group) =>
              Array.from({ length: groupSize }, (_, i) => group * groupSize + i),
            );
            expect(seen.map(({ channel }) => channel)).toEqual(kept);
            seen.forEach(({ channel, coefficient }, place) => {
              const wanted = vector[channel] as number;
              if (elements === "bf16") {
                expect(coefficient).toBe(decodeBf16(encodeBf16(wanted)));
                return;
              }
              const first = place - (place % elementsPerScale);
              const largest = Math.max(...kept.slice(first, first + elementsPerScale).map((other) => Math.abs(vector[other] as number)));
              // Half a step; steps are at most 2^-7 longer than they need be, since scales are rounded up to bf16.
              const step = (largest / (elements === "int8" ? 127 : 7)) * (1 + 2 ** -7);
              expect(Math.abs(coefficient - wanted)).toBeLessThanOrEqual(step / 2 + 1e-37);
            });
          });
        },
      ),
    );
  });

  it("multiply and add up as their dense form does", () => {
    fc.assert(
      fc.property(
        formats.chain((format) => fc.tuple(fc.constant(format), vectorsOf(format.channels))),
        ([format, vectors]) => {
          const { packed } = pack(format, vectors);
          const query = Float64Array.from({ length: format.channels }, (_, i) => Math.sin(i + 1));
          vectors.forEach((_, index) => {
            const dense = new Float64Array(format.channels);
            packed.addTo(dense, index, 2);
            const product = dense.reduce((sum, element, i) => sum + element * (query[i] as number), 0);
            expect(2 * packed.dot(index, query)).toBeCloseTo(product, 6);
          });
        },
      ),
    );
  });

  it("notice bitmaps and scales that cannot be", () => {
    const format: VectorFormat = { headDim: 12, channels: 12, retained: 3, groupSize: 1, elements: "int8", elementsPerScale: 3 };
    const vectors = [Array.from({ length: 12 }, (_, i) => i)];
    const damage = (at: number, byte: number): string | undefined => {
      const { packed, bytes } = pack(format, vectors);
      bytes[at] = byte;
      return packed.problem();
    };
    expect(damage(3, 255)).toMatch(/bitmap of vector 0 has \d+ bits set where 3 are kept/);
    expect(damage(4, 0b11100000)).toMatch(/bit 15 set where there are 12 groups/);
    expect(damage(6, 0xff)).toMatch(/scale 0 of vector 0 is not a finite/);
  });
});

it("gives every plane its bytes, on a cache line, without overlap", () => {
  fc.assert(
    fc.property(
      formats,
      formats,
      fc.integer({ min: 1, max: 300 }),
      fc.integer({ min: 1, max: 32 }),
      (keys, values, tokens, blockTokens) => {
        const layout = packedLayout({ keys, values, blockTokens }, tokens);
        const planes = [
          { side: keys, offsets: layout.keys, vectors: tokens },
          { side: values, offsets: layout.values, vectors: tokens },
          { side: keys, offsets: layout.blockKeys, vectors: layout.blocks },
        ].flatMap(({ side, offsets, vectors }) => {
          const bytes = vectorBytes(side);
          return [
            { start: offsets.values, length: vectors * bytes.values },
            { start: offsets.bitmaps, length: vectors * bytes.bitmap },
            { start: offsets.scales, length: vectors * bytes.scales },
          ];
        });
        planes.forEach(({ start, length }, index) => {
          expect(start % PLANE_ALIGNMENT).toBe(0);
          expect(start + length).toBeLessThanOrEqual(planes[index + 1]?.start ?? layout.byteLength);
        });
      },
    ),
  );
});

it("says which field of a format cannot be", () => {
  const good: VectorFormat = { headDim: 64, channels: 48, retained: 16, groupSize: 2, elements: "int4", elementsPerScale: 16 };
  expect([vectorFormatProblem(good), scaleCount(good)]).toEqual([undefined, 1]);
  const wrong: readonly [Partial<VectorFormat>, RegExp][] = [
    [{ headDim: 0 }, /headDim is 0/],
    [{ headDim: 60 }, /headDim is 60/],
    [{ headDim: 264 }, /headDim is 264/],
    [{ channels: 65 }, /channels is 65/],
    [{ groupSize: 5 }, /groupSize is 5/],
    [{ retained: 15 }, /retained is 15/],
    [{ elementsPerScale: 17 }, /elementsPerScale is 17/],
    [{ elements: "fp3" as "int4" }, /elements is "fp3"/],
  ];
  for (const [fields, message] of wrong) {
    const { field, reason } = vectorFormatProblem({ ...good, ...fields }) ?? {};
    expect(`${field} ${reason}`).toMatch(message);
  }
});
