import type { MatrixRows } from "@kvasir/kv-core";

/** Output rows that lie side by side in memory; `PANEL` of native/linear-vector.h. */
export const PANEL_ROWS = 16;

/** Bytes of `LinearMatrix` (native/linear.h), which precedes the panels. */
export const DESCRIPTOR_BYTES = 64;

/** `enum MatrixFormat` of native/linear.h. */
const FORMATS = { f32: 0, bf16: 1, f16: 2, u8: 3, u4: 4 } as const;

/** How a matrix of floats is held: in the dtype it came in. */
export interface FloatLayout {
  readonly format: "f32" | "bf16" | "f16";
}

/** How an affine matrix is held. */
export interface AffineLayout {
  readonly format: "u8" | "u4";
  /** Bits of a code in the source. */
  readonly bits: number;
  readonly groupSize: 16 | 32;
  /** The one integer `z` with `offset = -z * scale` everywhere, so that offsets need not be stored; undefined where there is none. */
  readonly zeroPoint: number | undefined;
  /** Whether f16 holds every scale and stored offset exactly. */
  readonly hasHalfScales: boolean;
}

export type MatrixLayout = FloatLayout | AffineLayout;

export function isAffine(layout: MatrixLayout): layout is AffineLayout {
  return layout.format === "u8" || layout.format === "u4";
}

/** Bytes of one panel of 16 rows, padded to a cache line. */
export function panelBytes(layout: MatrixLayout, columns: number): number {
  if (!isAffine(layout)) return roundUp(columns * PANEL_ROWS * (layout.format === "f32" ? 4 : 2), 64);
  const codeBytes = (layout.groupSize * PANEL_ROWS) / (layout.format === "u4" ? 2 : 1);
  const scaleBytes = PANEL_ROWS * (layout.hasHalfScales ? 2 : 4) * (layout.zeroPoint === undefined ? 2 : 1);
  return roundUp((columns / layout.groupSize) * (codeBytes + scaleBytes), 64);
}

/**
 * Whether the matrix turns hidden states into scores of tokens, to judge by its shape. Its rounding decides between tokens, and it meets few
 * rows, so quantised activations are finer there: `fine_activations` of native/linear.h.
 */
export function isOutputHead(rows: number, columns: number): boolean {
  return rows >= 16 * columns;
}

/** For people, e.g. `bf16` or `u4 g32`. */
export function describeLayout(layout: MatrixLayout): string {
  return isAffine(layout) ? `${layout.format} g${layout.groupSize}` : layout.format;
}

/** Writes `LinearMatrix` into the 64 bytes at the start of a matrix's memory. */
export function writeDescriptor(
  bytes: Uint8Array<ArrayBufferLike>,
  matrix: { readonly address: number; readonly rows: number; readonly columns: number; readonly layout: MatrixLayout },
): void {
  const { layout } = matrix;
  const view = new DataView(bytes.buffer, bytes.byteOffset, DESCRIPTOR_BYTES);
  view.setBigInt64(0, BigInt(matrix.address + DESCRIPTOR_BYTES), true);
  view.setBigInt64(8, BigInt(matrix.rows), true);
  view.setBigInt64(16, BigInt(matrix.columns), true);
  view.setBigInt64(24, BigInt(panelBytes(layout, matrix.columns)), true);
  view.setInt32(32, FORMATS[layout.format], true);
  if (!isAffine(layout)) return;
  view.setInt32(36, layout.groupSize, true);
  view.setInt32(40, layout.zeroPoint ?? -1, true);
  view.setInt32(44, layout.bits, true);
  view.setInt32(48, layout.hasHalfScales ? 1 : 0, true);
  view.setInt32(52, isOutputHead(matrix.rows, matrix.columns) ? 1 : 0, true);
}

/** The layout that suits the first rows of a source; later rows may not fit it, see `fitLayout`. */
export function proposeLayout(values: MatrixRows): MatrixLayout {
  if (values.kind === "float") return { format: values.dtype };
  const zeroPoint = findZeroPoint(values.scales, values.offsets);
  return fitLayout(
    { format: values.bits <= 4 ? "u4" : "u8", bits: values.bits, groupSize: values.groupSize, zeroPoint, hasHalfScales: true },
    values,
  );
}

/** `layout` where it holds `values` without loss, otherwise the nearest one that does. */
export function fitLayout(layout: MatrixLayout, values: MatrixRows): MatrixLayout {
  if (values.kind === "float" || !isAffine(layout)) return layout;
  const { scales, offsets } = values;
  const zeroPoint = layout.zeroPoint !== undefined && hasZeroPoint(scales, offsets, layout.zeroPoint) ? layout.zeroPoint : undefined;
  const hasHalfScales = layout.hasHalfScales && scales.every(isHalf) && (zeroPoint !== undefined || offsets.every(isHalf));
  const fits = zeroPoint === layout.zeroPoint && hasHalfScales === layout.hasHalfScales;
  return fits ? layout : { ...layout, zeroPoint, hasHalfScales };
}

function findZeroPoint(scales: Float32Array, offsets: Float32Array): number | undefined {
  const index = scales.findIndex((scale) => scale !== 0);
  if (index < 0) return offsets.every((offset) => offset === 0) ? 0 : undefined;
  const candidate = Math.round(-(offsets[index] ?? 0) / (scales[index] ?? 1));
  return candidate >= 0 && candidate <= 255 ? candidate : undefined;
}

function hasZeroPoint(scales: Float32Array, offsets: Float32Array, zeroPoint: number): boolean {
  return scales.every((scale, i) => offsets[i] === Math.fround(-zeroPoint * scale));
}

const bits = new Uint32Array(1);
const float = new Float32Array(bits.buffer);

/** Whether f16 holds the number exactly. */
function isHalf(x: number): boolean {
  const magnitude = Math.abs(x);
  if (magnitude < 2 ** -14) return Number.isInteger(magnitude * 2 ** 24);
  float[0] = x;
  return magnitude < 65520 && ((bits[0] ?? 0) & 0x1fff) === 0;
}

function roundUp(value: number, multiple: number): number {
  return Math.ceil(value / multiple) * multiple;
}
