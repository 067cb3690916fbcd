import type { MatrixRows } from "@kvasir/kv-core";

import { checkRowRange } from "../row-range.ts";
import { ScratchBuffer } from "../scratch-buffer.ts";
import { asMatrix } from "../tensor-shape.ts";
import { WeightFileHandle } from "../weight-file-handle.ts";
import type { WeightFile } from "../weight-file.ts";
import { readSafetensorsHeader, type SafetensorsTensor } from "./safetensors-header.ts";

/** One `.safetensors` file. */
export class SafetensorsFile implements WeightFile {
  readonly format = "safetensors";
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly tensors: ReadonlyMap<string, SafetensorsTensor>;
  readonly #handle: WeightFileHandle;
  readonly #scratch: ScratchBuffer = new ScratchBuffer();

  /** @throws WeightFileError where the header is malformed. */
  constructor(path: string, metadata: Readonly<Record<string, unknown>>) {
    this.metadata = metadata;
    this.#handle = new WeightFileHandle(path);
    try {
      this.tensors = readSafetensorsHeader(this.#handle);
    } catch (error) {
      this.#handle.close();
      throw error;
    }
  }

  readRows(name: string, firstRow: number, rowCount: number): MatrixRows {
    const tensor = checkRowRange(this.#handle.path, this.tensors.get(name), name, firstRow, rowCount) as SafetensorsTensor;
    const rowBytes = asMatrix(tensor.shape).columns * (tensor.dtype === "f32" ? 4 : 2);
    const data = this.#scratch.bytes(rowCount * rowBytes);
    this.#handle.read(data, tensor.offset + firstRow * rowBytes, name);
    return { kind: "float", dtype: tensor.dtype as "f32" | "f16" | "bf16", data };
  }

  close(): void {
    this.#handle.close();
  }
}
