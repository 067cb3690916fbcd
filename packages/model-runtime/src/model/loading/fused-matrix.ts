import type { MatrixRows, MatrixSource } from "@kvasir/kv-core";
import type { WeightFile } from "../../weights/weight-file.ts";
import { toHalfSplitOrder } from "./half-split-order.ts";
import { commonFormat, convertRows, F32, formatOf, INT8, type RowFormat } from "./row-format.ts";

/** How matrices are held: as the file has them, exactly as f32, or with float types rounded to 8 bits. */
export type MatrixDtype = "native" | "f32" | "int8";

/** A tensor of the file that becomes consecutive rows of a matrix. */
export interface MatrixPart {
  readonly tensor: string;
  readonly rows: number;
  /** Set where rows have to be put in half-split order, head by head. */
  readonly interleavedHeadDim?: number;
}

/** Elements read at a time: large enough to be quick, small beside any model. */
const CHUNK_ELEMENTS = 1 << 20;

/** One matrix from tensors of a file, their rows one below the other, all in one format. */
export function fusedMatrix(
  file: WeightFile,
  name: string,
  parts: readonly MatrixPart[],
  columns: number,
  dtype: MatrixDtype,
): MatrixSource {
  return {
    name,
    rows: parts.reduce((sum, part) => sum + part.rows, 0),
    columns,
    *chunks() {
      const target = commonFormat(parts.map((part) => heldFormat(file, part, columns, dtype)));
      let firstRow = 0;
      for (const part of parts) {
        for (const { rowCount, values } of partChunks(file, part, columns)) {
          yield { firstRow, rowCount, values: convertRows(values, target) };
          firstRow += rowCount;
        }
      }
    },
  };
}

function heldFormat(file: WeightFile, part: MatrixPart, columns: number, dtype: MatrixDtype): RowFormat {
  if (dtype === "f32") return F32;
  const format = formatOf(file.readRows(part.tensor, 0, 1));
  return dtype === "int8" && format.kind === "float" && columns % 32 === 0 ? INT8 : format;
}

function* partChunks(file: WeightFile, part: MatrixPart, columns: number): Generator<{ rowCount: number; values: MatrixRows }> {
  const unit = part.interleavedHeadDim ?? 64;
  const step = Math.max(unit, Math.floor(CHUNK_ELEMENTS / columns / unit) * unit);
  for (let row = 0; row < part.rows; row += step) {
    const rowCount = Math.min(step, part.rows - row);
    const values = file.readRows(part.tensor, row, rowCount);
    yield {
      rowCount,
      values: part.interleavedHeadDim === undefined ? values : toHalfSplitOrder(values, rowCount, part.interleavedHeadDim),
    };
  }
}
