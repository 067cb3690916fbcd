import type { MatrixRows, MatrixSource } from "@kvasir/kv-core";

/** Forms a weight matrix comes in, named after file types that use them. */
export const WEIGHT_FORMS = ["f32", "bf16", "f16", "q8_0", "q4_0", "q4_1", "q4_k", "q5_0", "q6_k", "u8-offsets"] as const;
export type WeightForm = (typeof WEIGHT_FORMS)[number];

/** A matrix source together with the exact weights it stands for. */
export interface TestMatrix {
  readonly source: MatrixSource;
  /** `[rows, columns]` */
  readonly weights: Float32Array;
}

/** Numbers in [0, 1) from a seed. */
export function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Roughly normal numbers. */
export function randomFloats(length: number, seed: number, size = 1): Float32Array {
  const random = randomNumbers(seed);
  return Float32Array.from({ length }, () => (random() + random() + random() + random() - 2) * size);
}

/** A random matrix that yields `rowsPerChunk` rows at a time. */
export function randomMatrix(form: WeightForm, rows: number, columns: number, seed: number, rowsPerChunk = 7): TestMatrix {
  const all =
    form === "f32" || form === "bf16" || form === "f16" ? floatRows(form, rows * columns, seed) : affineRows(form, rows, columns, seed);
  const source: MatrixSource = {
    name: form,
    rows,
    columns,
    *chunks() {
      for (let firstRow = 0; firstRow < rows; firstRow += rowsPerChunk) {
        const rowCount = Math.min(rowsPerChunk, rows - firstRow);
        yield { firstRow, rowCount, values: slice(all.values, columns, firstRow, rowCount) };
      }
    },
  };
  return { source, weights: all.weights };
}

interface Rows {
  readonly values: MatrixRows;
  readonly weights: Float32Array;
}

function floatRows(dtype: "f32" | "bf16" | "f16", length: number, seed: number): Rows {
  const weights = randomFloats(length, seed, 0.1).map((x) => (dtype === "f32" ? x : dtype === "bf16" ? roundTo(x, 8) : roundToHalf(x)));
  const data = dtype === "f32" ? weights : Uint16Array.from(weights, dtype === "bf16" ? (x) => bitsOf(x) >>> 16 : halfBits);
  return { values: { kind: "float", dtype, data: new Uint8Array(data.buffer) }, weights };
}

interface AffineKind {
  readonly bits: number;
  readonly groupSize: 16 | 32;
  readonly zeroPoint?: number;
  readonly isHalf: boolean;
}
const AFFINE: Readonly<Record<Exclude<WeightForm, "f32" | "bf16" | "f16">, AffineKind>> = {
  q8_0: { bits: 8, groupSize: 32, zeroPoint: 128, isHalf: true },
  q4_0: { bits: 4, groupSize: 32, zeroPoint: 8, isHalf: true },
  q4_1: { bits: 4, groupSize: 32, isHalf: true },
  q4_k: { bits: 4, groupSize: 32, isHalf: false },
  q5_0: { bits: 5, groupSize: 32, zeroPoint: 16, isHalf: true },
  q6_k: { bits: 6, groupSize: 16, zeroPoint: 32, isHalf: false },
  "u8-offsets": { bits: 8, groupSize: 32, isHalf: false },
};

function affineRows(form: keyof typeof AFFINE, rows: number, columns: number, seed: number): Rows {
  const { bits, groupSize, zeroPoint, isHalf } = AFFINE[form];
  const random = randomNumbers(seed);
  const groups = (rows * columns) / groupSize;
  const codes = Uint8Array.from({ length: rows * columns }, () => Math.floor(random() * 2 ** bits));
  // As in real files, a scale times a code is exact in f32: products of an f16 and a few bits.
  const round = isHalf ? roundToHalf : (x: number): number => roundTo(x, 16);
  // Some scales are subnormal in f16, some zero, some negative.
  const scales = Float32Array.from({ length: groups }, (_, g) =>
    round((g % 11 === 3 ? 0 : g % 13 === 5 ? 2 ** -16 : 0.02 * (random() + 0.1)) * (g % 7 === 2 ? -1 : 1)),
  );
  const offsets = scales.map((scale) => (zeroPoint === undefined ? round(-0.1 * random()) : -zeroPoint * scale));
  const weights = Float32Array.from(codes, (code, i) => {
    const group = Math.floor(i / groupSize);
    return (scales[group] ?? 0) * code + (offsets[group] ?? 0);
  });
  return { values: { kind: "affine", bits, groupSize, codes, scales, offsets }, weights };
}

function slice(values: MatrixRows, columns: number, firstRow: number, rowCount: number): MatrixRows {
  const end = firstRow + rowCount;
  if (values.kind === "float") {
    const rowBytes = columns * (values.dtype === "f32" ? 4 : 2);
    return { ...values, data: values.data.slice(firstRow * rowBytes, end * rowBytes) };
  }
  const groups = columns / values.groupSize;
  return {
    ...values,
    codes: values.codes.slice(firstRow * columns, end * columns),
    scales: values.scales.slice(firstRow * groups, end * groups),
    offsets: values.offsets.slice(firstRow * groups, end * groups),
  };
}

/** Rounds to `bits` significant bits. */
function roundTo(x: number, bits: number): number {
  if (x === 0) return 0;
  const unit = 2 ** (Math.floor(Math.log2(Math.abs(x))) - bits + 1);
  return Math.round(x / unit) * unit;
}

function roundToHalf(x: number): number {
  return Math.abs(x) < 2 ** -14 ? Math.round(x * 2 ** 24) / 2 ** 24 : roundTo(x, 11);
}

function bitsOf(x: number): number {
  return new Uint32Array(Float32Array.of(x).buffer)[0] ?? 0;
}

/** Bits of a number that f16 holds. */
function halfBits(x: number): number {
  const sign = x < 0 ? 0x8000 : 0;
  const magnitude = Math.abs(x);
  if (magnitude < 2 ** -14) return sign | (magnitude * 2 ** 24);
  const exponent = Math.floor(Math.log2(magnitude));
  return sign | ((exponent + 15) << 10) | ((magnitude / 2 ** exponent - 1) * 1024);
}
