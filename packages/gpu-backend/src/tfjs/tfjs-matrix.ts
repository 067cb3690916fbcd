import { BackendUnavailableError, KernelFailedError, type Matrix, type MatrixSource } from "@kvasir/kv-core";
import { decodeMatrixRows } from "@kvasir/kv-core/reference";
import type { Engine } from "./engine/engine.ts";
import type { TfTensor } from "./engine/tensorflow.ts";

/** A weight matrix in f32, the only float type that TensorFlow.js has. */
export class TfjsMatrix implements Matrix {
  readonly rows: number;
  readonly columns: number;
  readonly format = "f32";
  readonly engine: Engine;
  /** `[columns, rows]`: engines are up to ten times slower where they have to turn the second factor around. */
  readonly transposed: TfTensor;

  constructor(engine: Engine, rows: number, columns: number, transposed: TfTensor) {
    this.engine = engine;
    this.rows = rows;
    this.columns = columns;
    this.transposed = transposed;
  }

  get residentBytes(): number {
    return 4 * this.rows * this.columns;
  }
}

/** Reads a whole matrix. @throws BackendUnavailableError where memory does not suffice */
export function loadMatrix(engine: Engine, source: MatrixSource): TfjsMatrix {
  const { name, rows, columns } = source;
  const transposed = new Float32Array(rows * columns);
  let nextRow = 0;
  for (const { firstRow, rowCount, values } of source.chunks()) {
    if (firstRow !== nextRow || firstRow + rowCount > rows) {
      const reason = `${name} yielded rows ${firstRow} to ${firstRow + rowCount} where row ${nextRow} of ${rows} came next.`;
      throw new KernelFailedError({ kernel: "createMatrix", reason });
    }
    const chunk = new Float32Array(rowCount * columns);
    decodeMatrixRows(values, columns, rowCount, chunk);
    for (let column = 0; column < columns; column++) {
      for (let row = 0; row < rowCount; row++) transposed[column * rows + firstRow + row] = chunk[row * columns + column] ?? 0;
    }
    nextRow += rowCount;
  }
  if (nextRow !== rows) throw new KernelFailedError({ kernel: "createMatrix", reason: `${name} ended after ${nextRow} of ${rows} rows.` });
  try {
    return new TfjsMatrix(engine, rows, columns, engine.tf.keep(engine.tf.tensor(transposed, [columns, rows], "float32")));
  } catch (cause) {
    const reason = `there is no memory for ${name}, ${4 * rows * columns} bytes in f32.`;
    throw new BackendUnavailableError({ backend: "tfjs", reason, cause });
  }
}
