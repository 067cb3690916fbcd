import type { MatrixRows } from "@kvasir/kv-core";
import { floatsOf } from "./float-rows.ts";

/** How rows are held. */
export type RowFormat =
  | { readonly kind: "float"; readonly dtype: "f32" | "f16" | "bf16" }
  | { readonly kind: "affine"; readonly bits: number; readonly groupSize: 16 | 32 };

/** Symmetric 8-bit codes around 128, one scale per 32 columns. */
export const INT8: RowFormat = { kind: "affine", bits: 8, groupSize: 32 };
export const F32: RowFormat = { kind: "float", dtype: "f32" };

export function formatOf(rows: MatrixRows): RowFormat {
  return rows.kind === "float" ? { kind: "float", dtype: rows.dtype } : { kind: "affine", bits: rows.bits, groupSize: rows.groupSize };
}

/** A format that holds rows of all the given formats without loss: quantised files mix types even among the parts of one fused matrix. */
export function commonFormat(formats: readonly RowFormat[]): RowFormat {
  return formats.reduce((a, b) => {
    if (a.kind === "affine" && b.kind === "affine") {
      return { kind: "affine", bits: Math.max(a.bits, b.bits), groupSize: a.groupSize < b.groupSize ? a.groupSize : b.groupSize };
    }
    return a.kind === "float" && b.kind === "float" && a.dtype === b.dtype ? a : F32;
  });
}

/** Rows in another format. Only turning floats into codes loses anything. */
export function convertRows(rows: MatrixRows, target: RowFormat): MatrixRows {
  if (target.kind === "float") {
    if (rows.kind === "float" && rows.dtype === target.dtype) return rows;
    return { kind: "float", dtype: "f32", data: new Uint8Array(floatsOf(rows).buffer) };
  }
  if (rows.kind === "float") return splitGroups(quantize(floatsOf(rows)), target);
  return splitGroups(rows, target);
}

/** Codes keep their values in more bits; a group of 32 becomes two of 16 with the same scale and offset. */
function splitGroups(rows: Extract<MatrixRows, { kind: "affine" }>, target: Extract<RowFormat, { kind: "affine" }>): MatrixRows {
  const { codes, scales, offsets, groupSize } = rows;
  if (groupSize === target.groupSize) return { ...rows, bits: target.bits };
  const parts = groupSize / target.groupSize;
  const spread = (values: Float32Array): Float32Array =>
    Float32Array.from({ length: values.length * parts }, (_, index) => values[Math.floor(index / parts)]!);
  return { kind: "affine", bits: target.bits, groupSize: target.groupSize, codes, scales: spread(scales), offsets: spread(offsets) };
}

function quantize(elements: Float32Array): Extract<MatrixRows, { kind: "affine" }> {
  const groupSize = 32;
  const groups = elements.length / groupSize;
  const codes = new Uint8Array(elements.length);
  const scales = new Float32Array(groups);
  const offsets = new Float32Array(groups);
  for (let group = 0; group < groups; group++) {
    const first = group * groupSize;
    let largest = 0;
    for (let index = first; index < first + groupSize; index++) largest = Math.max(largest, Math.abs(elements[index]!));
    const scale = Math.fround(largest / 127);
    const inverse = scale === 0 ? 0 : 1 / scale;
    scales[group] = scale;
    offsets[group] = -128 * scale;
    for (let index = first; index < first + groupSize; index++)
      codes[index] = 128 + Math.min(Math.max(Math.round(elements[index]! * inverse), -127), 127);
  }
  return { kind: "affine", bits: 8, groupSize, codes, scales, offsets };
}
