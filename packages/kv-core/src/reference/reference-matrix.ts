import type { Matrix, MatrixRows, MatrixSource } from "../backend/matrix.ts";
import { KernelFailedError } from "../errors/kernel-failed-error.ts";
import { decodeBf16, decodeF16 } from "./half-floats.ts";

/** A weight matrix as plain f32 rows. */
export class ReferenceMatrix implements Matrix {
  readonly rows: number;
  readonly columns: number;
  readonly format = "f32";
  readonly data: Float32Array;

  constructor(rows: number, columns: number, data: Float32Array) {
    this.rows = rows;
    this.columns = columns;
    this.data = data;
  }

  get residentBytes(): number {
    return this.data.byteLength;
  }
}

/** Reads a whole matrix into f32. */
export function loadMatrix(source: MatrixSource): ReferenceMatrix {
  const { name, rows, columns } = source;
  const data = new Float32Array(rows * columns);
  let nextRow = 0;
  for (const { firstRow, rowCount, values } of source.chunks()) {
    if (firstRow !== nextRow || firstRow + rowCount > rows) {
      throw new KernelFailedError({
        kernel: "createMatrix",
        reason: `${name} yielded rows ${firstRow} to ${firstRow + rowCount} where row ${nextRow} of ${rows} came next.`,
      });
    }
    decodeMatrixRows(values, columns, rowCount, data.subarray(firstRow * columns, (firstRow + rowCount) * columns));
    nextRow += rowCount;
  }
  if (nextRow !== rows) throw new KernelFailedError({ kernel: "createMatrix", reason: `${name} ended after ${nextRow} of ${rows} rows.` });
  return new ReferenceMatrix(rows, columns, data);
}

/** Values of some rows of a matrix, `[rowCount, columns]`, whatever form they came in. */
export function decodeMatrixRows(values: MatrixRows, columns: number, rowCount: number, out: Float32Array): void {
  const count = rowCount * columns;
  if (values.kind === "float") {
    const view = new DataView(values.data.buffer, values.data.byteOffset, values.data.byteLength);
    const read = {
      f32: (i: number): number => view.getFloat32(4 * i, true),
      f16: (i: number): number => decodeF16(view.getUint16(2 * i, true)),
      bf16: (i: number): number => decodeBf16(view.getUint16(2 * i, true)),
    }[values.dtype];
    for (let i = 0; i < count; i++) out[i] = read(i);
    return;
  }
  for (let i = 0; i < count; i++) {
    const row = Math.floor(i / columns);
    const group = row * (columns / values.groupSize) + Math.floor((i % columns) / values.groupSize);
    out[i] = (values.scales[group] as number) * (values.codes[i] as number) + (values.offsets[group] as number);
  }
}
