import type { MatrixRows } from "@kvasir/kv-core";

import { checkRowRange } from "../row-range.ts";
import { ScratchBuffer } from "../scratch-buffer.ts";
import { asMatrix } from "../tensor-shape.ts";
import { WeightFileHandle } from "../weight-file-handle.ts";
import type { WeightFile } from "../weight-file.ts";
import { readGgufHeader, type GgufHeader, type GgufTensor } from "./gguf-header.ts";
import { AFFINE_FORMATS } from "./unpack-blocks.ts";

/** One `.gguf` file, version 2 or 3, little-endian. */
export class GgufFile implements WeightFile {
  readonly format = "gguf";
  readonly metadata: GgufHeader["metadata"];
  readonly tensors: ReadonlyMap<string, GgufTensor>;
  readonly #handle: WeightFileHandle;
  readonly #packed: ScratchBuffer = new ScratchBuffer();
  readonly #codes: ScratchBuffer = new ScratchBuffer();
  readonly #scales: ScratchBuffer = new ScratchBuffer();
  readonly #offsets: ScratchBuffer = new ScratchBuffer();

  /** @throws WeightFileError where the header is malformed. */
  constructor(path: string) {
    this.#handle = new WeightFileHandle(path);
    try {
      const header = readGgufHeader(this.#handle);
      this.metadata = header.metadata;
      this.tensors = header.tensors;
    } catch (error) {
      this.#handle.close();
      throw error;
    }
  }

  readRows(name: string, firstRow: number, rowCount: number): MatrixRows {
    const { type, dtype, shape, offset } = checkRowRange(this.#handle.path, this.tensors.get(name), name, firstRow, rowCount) as GgufTensor;
    const { columns } = asMatrix(shape);
    const rowBlocks = columns / type.blockElements;
    const blocks = rowCount * rowBlocks;
    const packed = this.#packed.bytes(blocks * type.blockBytes);
    this.#handle.read(packed, offset + firstRow * rowBlocks * type.blockBytes, name);
    const format = AFFINE_FORMATS[dtype];
    if (format === undefined) return { kind: "float", dtype: dtype as "f32" | "f16" | "bf16", data: packed };
    const { bits, groupSize } = format;
    const elements = rowCount * columns;
    const codes = this.#codes.bytes(elements);
    const scales = this.#scales.floats(elements / groupSize);
    const offsets = this.#offsets.floats(elements / groupSize);
    format.unpack(packed, blocks, { codes, scales, offsets });
    return { kind: "affine", bits, groupSize, codes, scales, offsets };
  }

  close(): void {
    this.#handle.close();
  }
}
