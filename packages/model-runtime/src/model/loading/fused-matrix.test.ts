import type { MatrixRows, MatrixSource } from "@kvasir/kv-core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { memoryWeightFile, type MemoryTensor } from "../testing/memory-weight-file.ts";
import { floatsOf } from "./float-rows.ts";
import { fusedMatrix, type MatrixDtype } from "./fused-matrix.ts";
import { convertRows, INT8 } from "./row-format.ts";

const COLUMNS = 64;

function affine(rows: number, bits: number, groupSize: 16 | 32): MemoryTensor {
  const groups = (rows * COLUMNS) / groupSize;
  const codes = Uint8Array.from({ length: rows * COLUMNS }, (_, index) => (index * 7) % 2 ** bits);
  const scales = Float32Array.from({ length: groups }, (_, group) => 0.01 * (group + 1));
  return { shape: [rows, COLUMNS], values: { kind: "affine", bits, groupSize, codes, scales, offsets: scales.map((scale) => -3 * scale) } };
}

function floats(rows: number, columns = COLUMNS): MemoryTensor {
  return { shape: [rows, columns], values: Float32Array.from({ length: rows * columns }, (_, index) => Math.sin(index)) };
}

function fuse(a: MemoryTensor, b: MemoryTensor, dtype: MatrixDtype, columns = COLUMNS): MatrixSource {
  const file = memoryWeightFile("gguf", {}, { a, b });
  return fusedMatrix(
    file,
    "ab",
    [
      { tensor: "a", rows: a.shape[0]! },
      { tensor: "b", rows: b.shape[0]! },
    ],
    columns,
    dtype,
  );
}

/** All chunks, checked to follow one another and to have one format. */
function collect(source: MatrixSource): { format: string; values: Float32Array } {
  const pieces: number[] = [];
  const formats = new Set<string>();
  let next = 0;
  for (const { firstRow, rowCount, values } of source.chunks()) {
    expect(firstRow).toBe(next);
    next += rowCount;
    formats.add(values.kind === "float" ? values.dtype : `u${values.bits} g${values.groupSize}`);
    const elements = floatsOf(values);
    expect(elements).toHaveLength(rowCount * source.columns);
    pieces.push(...elements);
  }
  expect(next).toBe(source.rows);
  expect(formats.size).toBe(1);
  return { format: [...formats][0]!, values: Float32Array.from(pieces) };
}

const exact = ({ values }: MemoryTensor): Float32Array => (values instanceof Float32Array ? values : floatsOf(values));

describe("a matrix of several tensors", () => {
  it.each([
    { name: "equal types", a: affine(6, 4, 32), b: affine(2, 4, 32), dtype: "native", format: "u4 g32" },
    { name: "types of different width", a: affine(6, 4, 32), b: affine(2, 8, 32), dtype: "native", format: "u8 g32" },
    { name: "different groups", a: affine(6, 5, 32), b: affine(2, 6, 16), dtype: "native", format: "u6 g16" },
    { name: "floats", a: floats(6), b: floats(2), dtype: "native", format: "f32" },
    { name: "floats and codes", a: floats(6), b: affine(2, 4, 32), dtype: "native", format: "f32" },
    { name: "codes as f32", a: affine(6, 4, 32), b: affine(2, 8, 32), dtype: "f32", format: "f32" },
  ] as const)("loses nothing: $name", ({ a, b, dtype, format }) => {
    const found = collect(fuse(a, b, dtype));
    expect(found.format).toBe(format);
    expect(found.values).toEqual(Float32Array.from([...exact(a), ...exact(b)]));
  });

  it("rounds floats to 8 bits where asked, within half a step of each group", () => {
    const found = collect(fuse(floats(6), affine(2, 4, 32), "int8"));
    expect(found.format).toBe("u8 g32");
    const original = exact(floats(6));
    for (let group = 0; group < original.length / 32; group++) {
      const part = original.subarray(group * 32, group * 32 + 32);
      const step = part.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0) / 127;
      part.forEach((value, index) => expect(Math.abs(found.values[group * 32 + index]! - value)).toBeLessThanOrEqual(step * 0.5001));
    }
  });

  it("keeps floats whose rows are no whole number of groups", () => {
    expect(collect(fuse(floats(6, 40), floats(2, 40), "int8", 40)).format).toBe("f32");
  });

  it("comes in chunks that hold whole heads", () => {
    const columns = 1 << 18;
    const headDim = 6;
    const file = memoryWeightFile("gguf", {}, { q: { shape: [12, columns], values: new Float32Array(12 * columns) } });
    const source = fusedMatrix(file, "q", [{ tensor: "q", rows: 12, interleavedHeadDim: headDim }], columns, "native");
    expect([...source.chunks()].map(({ firstRow, rowCount }) => [firstRow, rowCount])).toEqual([
      [0, 6],
      [6, 6],
    ]);
  });
});

it("8-bit codes are symmetric around 128 for any values", () => {
  const group = fc.array(fc.float({ noNaN: true, min: Math.fround(-1e30), max: Math.fround(1e30) }), { minLength: 32, maxLength: 32 });
  fc.assert(
    fc.property(group, (values) => {
      const rows: MatrixRows = { kind: "float", dtype: "f32", data: new Uint8Array(Float32Array.from(values).buffer) };
      const result = convertRows(rows, INT8);
      if (result.kind !== "affine") throw new Error("Rows were not quantised.");
      expect(result.offsets[0]).toBe(Math.fround(-128 * result.scales[0]!));
      expect(Math.min(...result.codes)).toBeGreaterThanOrEqual(1);
      values.forEach((value, index) =>
        expect(Math.abs(floatsOf(result)[index]! - value)).toBeLessThanOrEqual(result.scales[0]! * 0.501 + 2 ** -126),
      );
    }),
  );
});

it("f16 and bf16 are read exactly", () => {
  const data = (...halves: number[]): Uint8Array => new Uint8Array(Uint16Array.from(halves).buffer);
  const f16 = floatsOf({ kind: "float", dtype: "f16", data: data(0x3c00, 0xc000, 0x0001, 0x7bff, 0x8000, 0x7c00) });
  expect([...f16]).toEqual([1, -2, 2 ** -24, 65_504, -0, Infinity]);
  expect([...floatsOf({ kind: "float", dtype: "bf16", data: data(0x3f80, 0xc000, 0x0001) })]).toEqual([1, -2, 2 ** -133]);
});
