import type { MatrixRows } from "@kvasir/kv-core";

/** Element types weight files hold: safetensors' float types and the GGUF types Kvasir reads. */
export type WeightDtype = "f32" | "f16" | "bf16" | "q8_0" | "q4_0" | "q4_1" | "q5_0" | "q5_1" | "q4_k" | "q5_k" | "q6_k";

/** One tensor of a weight file. */
export interface WeightTensor {
  readonly name: string;
  readonly dtype: WeightDtype;
  /** Outermost dimension first, `[rows, columns]` for a matrix, whatever order the file uses. */
  readonly shape: readonly number[];
  readonly byteLength: number;
}

/**
 * A checkpoint on disk, of one file or several. Opening reads and checks headers only; rows are read when asked for, so that memory
 * stays near the size of what is being built from them.
 */
export interface WeightFile {
  readonly format: "safetensors" | "gguf";
  /** GGUF key-value metadata, or the parsed `config.json` for safetensors. */
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly tensors: ReadonlyMap<string, WeightTensor>;
  /**
   * Rows `[firstRow, firstRow + rowCount)` of a matrix in neutral form. A vector counts as one row; dimensions before the last are rows.
   * The arrays are the file's own memory, aligned to their element size: they hold good until the next call on the same file.
   * @throws WeightFileError where there is no such tensor or row, or the file cannot be read.
   */
  readRows(name: string, firstRow: number, rowCount: number): MatrixRows;
  close(): void;
}
