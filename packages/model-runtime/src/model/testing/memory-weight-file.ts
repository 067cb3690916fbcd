import type { MatrixRows } from "@kvasir/kv-core";
import type { WeightFile, WeightTensor } from "../../weights/weight-file.ts";

/** A tensor in memory: f32 values, or affine rows as quantised files give them. */
export interface MemoryTensor {
  readonly shape: readonly number[];
  readonly values: Float32Array | Extract<MatrixRows, { kind: "affine" }>;
}

/** A checkpoint in memory, for tests. */
export function memoryWeightFile(
  format: WeightFile["format"],
  metadata: Readonly<Record<string, unknown>>,
  contents: Readonly<Record<string, MemoryTensor>>,
): WeightFile {
  const tensors = new Map<string, WeightTensor>();
  for (const [name, { shape, values }] of Object.entries(contents)) {
    const isFloat = values instanceof Float32Array;
    tensors.set(name, { name, shape, dtype: isFloat ? "f32" : "q8_0", byteLength: isFloat ? values.byteLength : values.codes.byteLength });
  }
  return {
    format,
    metadata,
    tensors,
    readRows(name, firstRow, rowCount) {
      const { shape, values } = contents[name]!;
      const columns = shape.at(-1)!;
      const slice = <T extends Float32Array | Uint8Array>(array: T, width: number): T =>
        array.slice(firstRow * width, (firstRow + rowCount) * width) as T;
      if (values instanceof Float32Array) return { kind: "float", dtype: "f32", data: new Uint8Array(slice(values, columns).buffer) };
      const groups = columns / values.groupSize;
      return {
        ...values,
        codes: slice(values.codes, columns),
        scales: slice(values.scales, groups),
        offsets: slice(values.offsets, groups),
      };
    },
    close: () => undefined,
  };
}
