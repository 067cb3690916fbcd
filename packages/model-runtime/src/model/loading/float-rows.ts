import type { MatrixRows } from "@kvasir/kv-core";

type FloatRows = Extract<MatrixRows, { kind: "float" }>;
type AffineRows = Extract<MatrixRows, { kind: "affine" }>;

/** Elements of rows as f32: exact for float types, `scale * code + offset` rounded once for affine ones. */
export function floatsOf(rows: MatrixRows): Float32Array {
  return rows.kind === "float" ? floatElements(rows) : affineElements(rows);
}

function floatElements({ dtype, data }: FloatRows): Float32Array {
  if (dtype === "f32") return new Float32Array(data.buffer, data.byteOffset, data.byteLength / 4).slice();
  const halves = new Uint16Array(data.buffer, data.byteOffset, data.byteLength / 2);
  return dtype === "bf16" ? bf16Elements(halves) : f16Elements(halves);
}

function bf16Elements(halves: Uint16Array): Float32Array {
  const bits = new Uint32Array(halves.length);
  for (let index = 0; index < halves.length; index++) bits[index] = halves[index]! << 16;
  return new Float32Array(bits.buffer);
}

let f16Values: Float32Array | undefined;

function f16Elements(halves: Uint16Array): Float32Array {
  f16Values ??= Float32Array.from({ length: 65_536 }, (_, half) => f16Value(half));
  const elements = new Float32Array(halves.length);
  for (let index = 0; index < halves.length; index++) elements[index] = f16Values[halves[index]!]!;
  return elements;
}

function f16Value(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >>> 10) & 31;
  const fraction = (half & 1023) / 1024;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  return exponent === 0 ? sign * fraction * 2 ** -14 : sign * (1 + fraction) * 2 ** (exponent - 15);
}

function affineElements({ groupSize, codes, scales, offsets }: AffineRows): Float32Array {
  const elements = new Float32Array(codes.length);
  for (let group = 0, index = 0; index < codes.length; group++) {
    const scale = scales[group]!;
    const offset = offsets[group]!;
    for (const end = index + groupSize; index < end; index++) elements[index] = scale * codes[index]! + offset;
  }
  return elements;
}
