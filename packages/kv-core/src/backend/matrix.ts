/** Rows of a weight matrix in one of two neutral forms that every weight file format maps to without loss. */
export type MatrixRows =
  /** Row-major little-endian elements. */
  | { readonly kind: "float"; readonly dtype: "f32" | "f16" | "bf16"; readonly data: Uint8Array }
  /**
   * Group-quantised rows: `weight = scale * code + offset`, one scale and offset per `groupSize` consecutive columns.
   * `codes` is `[rows, columns]`, one byte each (0 .. 2^bits - 1); `scales` and `offsets` are `[rows, columns / groupSize]`.
   */
  | {
      readonly kind: "affine";
      readonly bits: number;
      readonly groupSize: 16 | 32;
      readonly codes: Uint8Array;
      readonly scales: Float32Array;
      readonly offsets: Float32Array;
    };

/** A weight matrix `[rows = output features, columns = input features]`, read in order a few rows at a time so that memory stays low. */
export interface MatrixSource {
  readonly name: string;
  readonly rows: number;
  readonly columns: number;
  /** Yields consecutive rows from row 0 on. The yielded arrays may be reused after the next step of the iteration. */
  chunks(): Iterable<{ readonly firstRow: number; readonly rowCount: number; readonly values: MatrixRows }>;
}

/** A weight matrix in a backend's memory, in whatever layout its kernels like best. */
export interface Matrix {
  readonly rows: number;
  readonly columns: number;
  readonly residentBytes: number;
  /** How it is held, for people, e.g. `bf16` or `u4 g32`. */
  readonly format: string;
}
