import type { MatrixRows } from "@kvasir/kv-core";

/**
 * Puts rows of whole heads, stored for RoPE over neighbouring channels, back in half-split order: within a head, rows
 * `a0 b0 a1 b1 ...` become `a0 a1 ... b0 b1 ...`. (What GGUF converters do to query and key matrices of llama models, undone.)
 */
export function toHalfSplitOrder(rows: MatrixRows, rowCount: number, headDim: number): MatrixRows {
  const reorder = <T extends Uint8Array | Float32Array>(values: T): T => reorderRows(values, values.length / rowCount, headDim);
  return rows.kind === "float"
    ? { ...rows, data: reorder(rows.data) }
    : { ...rows, codes: reorder(rows.codes), scales: reorder(rows.scales), offsets: reorder(rows.offsets) };
}

/** The same for rows of `width` elements, e.g. a bias with `width` 1. */
export function reorderRows<T extends Uint8Array | Float32Array>(values: T, width: number, headDim: number): T {
  const result = values.slice() as T;
  const half = headDim / 2;
  const rowCount = values.length / width;
  for (let row = 0; row < rowCount; row++) {
    const channel = row % headDim;
    const source = row - channel + (channel < half ? 2 * channel : 2 * (channel - half) + 1);
    result.set(values.subarray(source * width, (source + 1) * width), row * width);
  }
  return result;
}
