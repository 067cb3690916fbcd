import { KernelFailedError, type Matrix, type MatrixRows, type MatrixSource } from "@kvasir/kv-core";
import type { KernelHost } from "../host/kernel-host.ts";
import {
  DESCRIPTOR_BYTES,
  PANEL_ROWS,
  describeLayout,
  fitLayout,
  isAffine,
  panelBytes,
  proposeLayout,
  writeDescriptor,
  type MatrixLayout,
} from "./matrix-layout.ts";
import { RowPacker } from "./row-packer.ts";

/** A weight matrix in backend memory. */
export interface PackedMatrix extends Matrix {
  /** Of its `LinearMatrix`; the matrix's memory starts here. */
  readonly address: number;
  readonly layout: MatrixLayout;
}

/**
 * Puts a weight matrix into backend memory, in panels, a few rows at a time. The layout is chosen by the first rows; where later rows do
 * not fit it (a scale that f16 cannot hold, say), packing starts again with the layout that holds all rows seen. Free with `host.free(matrix.address)`.
 * @throws BackendUnavailableError where memory does not suffice.
 * @throws KernelFailedError where the source yields rows out of order, too few of them, or of another kind than before.
 */
export function packMatrix(host: KernelHost, source: MatrixSource): PackedMatrix {
  const packer = new RowPacker(host);
  try {
    let layout: MatrixLayout | undefined;
    for (;;) {
      const attempt = packWith(host, packer, source, layout);
      if (attempt.matrix !== undefined) return attempt.matrix;
      layout = attempt.layout;
    }
  } finally {
    packer.dispose();
  }
}

/** One pass over the source: the packed matrix, or the layout to try instead. */
function packWith(
  host: KernelHost,
  packer: RowPacker,
  source: MatrixSource,
  wanted: MatrixLayout | undefined,
): { readonly matrix?: PackedMatrix; readonly layout?: MatrixLayout } {
  let layout = wanted;
  let matrix: PackedMatrix | undefined;
  let nextRow = 0;
  try {
    for (const { firstRow, rowCount, values } of source.chunks()) {
      layout ??= proposeLayout(values);
      checkRows(source, layout, { firstRow, rowCount, values }, nextRow);
      const fitting = fitLayout(layout, values);
      if (fitting !== layout) {
        if (matrix !== undefined) {
          host.free(matrix.address);
          matrix = undefined;
          return { layout: fitting };
        }
        layout = fitting;
      }
      matrix ??= allocateMatrix(host, source, layout);
      packer.pack(matrix, firstRow, rowCount, values);
      nextRow = firstRow + rowCount;
    }
    if (nextRow !== source.rows || matrix === undefined) throw failure(source, `it has ${source.rows} rows, but ${nextRow} were read`);
    const packed = matrix;
    matrix = undefined;
    return { matrix: packed };
  } finally {
    if (matrix !== undefined) host.free(matrix.address);
  }
}

function allocateMatrix(host: KernelHost, source: MatrixSource, layout: MatrixLayout): PackedMatrix {
  const { rows, columns } = source;
  const residentBytes = DESCRIPTOR_BYTES + Math.ceil(rows / PANEL_ROWS) * panelBytes(layout, columns);
  const address = host.allocate(residentBytes);
  writeDescriptor(host.bytes(address, DESCRIPTOR_BYTES), { address, rows, columns, layout });
  return { rows, columns, residentBytes, format: describeLayout(layout), address, layout };
}

function checkRows(
  source: MatrixSource,
  layout: MatrixLayout,
  chunk: { readonly firstRow: number; readonly rowCount: number; readonly values: MatrixRows },
  expectedRow: number,
): void {
  const { firstRow, rowCount, values } = chunk;
  if (firstRow !== expectedRow || rowCount < 1 || firstRow + rowCount > source.rows) {
    throw failure(source, `rows ${firstRow} to ${firstRow + rowCount - 1} came where row ${expectedRow} of ${source.rows} was due`);
  }
  const elements = rowCount * source.columns;
  if (values.kind === "float") {
    if (layout.format !== values.dtype)
      throw failure(source, `row ${firstRow} is ${values.dtype}, earlier rows are ${describeLayout(layout)}`);
    checkLength(source, "data", values.data.length, elements * (values.dtype === "f32" ? 4 : 2));
    return;
  }
  if (!isAffine(layout) || layout.groupSize !== values.groupSize || layout.bits !== values.bits) {
    throw failure(source, `row ${firstRow} is u${values.bits} g${values.groupSize}, earlier rows are ${describeLayout(layout)}`);
  }
  if (values.bits > 8) throw failure(source, `codes of ${values.bits} bits are not supported, 8 is the most`);
  if (source.columns % values.groupSize !== 0)
    throw failure(source, `${source.columns} columns are not a multiple of the group of ${values.groupSize}`);
  checkLength(source, "codes", values.codes.length, elements);
  checkLength(source, "scales", values.scales.length, elements / values.groupSize);
  checkLength(source, "offsets", values.offsets.length, elements / values.groupSize);
}

function checkLength(source: MatrixSource, what: string, actual: number, expected: number): void {
  if (actual < expected) throw failure(source, `a chunk has ${actual} ${what} where ${expected} are needed`);
}

function failure(source: MatrixSource, reason: string): KernelFailedError {
  return new KernelFailedError({ kernel: "packMatrix", reason: `matrix "${source.name}" [${source.rows}, ${source.columns}]: ${reason}.` });
}
