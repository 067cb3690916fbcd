import type { MatrixRows } from "@kvasir/kv-core";
import type { KernelHost } from "../host/kernel-host.ts";
import { Opcode, Tape } from "../tape.ts";
import type { PackedMatrix } from "./pack-matrix.ts";
import { PANEL_ROWS } from "./matrix-layout.ts";

/** Rows are copied through a buffer of about this size in backend memory. */
const STAGING_BYTES = 1 << 20;

/** Copies rows of a weight file into backend memory and has the kernels put them into panels. */
export class RowPacker {
  readonly #host: KernelHost;
  readonly #tape: Tape;
  #staging = 0;
  #capacity = 0;

  constructor(host: KernelHost) {
    this.#host = host;
    this.#tape = new Tape(host, 1);
  }

  /** Packs `rowCount` rows, the first of which is row `firstRow` of the matrix. */
  pack(matrix: PackedMatrix, firstRow: number, rowCount: number, values: MatrixRows): void {
    const rowBytes = bytesPerRow(matrix.columns, values);
    const perPass = Math.max(PANEL_ROWS, Math.floor(STAGING_BYTES / rowBytes / PANEL_ROWS) * PANEL_ROWS);
    for (let done = 0; done < rowCount;) {
      // Passes end where panels do, so that no panel is left half done for the next pass.
      const untilPanelEnd = perPass - ((firstRow + done) % PANEL_ROWS);
      const count = Math.min(rowCount - done, untilPanelEnd);
      this.#reserve(perPass * rowBytes + 128);
      this.#pass(matrix, firstRow + done, count, slicesOf(values, matrix.columns, done, count));
      done += count;
    }
  }

  dispose(): void {
    if (this.#capacity > 0) this.#host.free(this.#staging);
    this.#tape.dispose();
  }

  #pass(matrix: PackedMatrix, firstRow: number, rowCount: number, parts: readonly Uint8Array[]): void {
    const addresses: number[] = [];
    let at = this.#staging;
    for (const part of parts) {
      this.#host.bytes(at, part.length).set(part);
      addresses.push(at);
      at += Math.ceil(part.length / 64) * 64;
    }
    const [data = 0, scales = 0, offsets = 0] = addresses;
    this.#tape
      .begin(Opcode.packRows)
      .integer(matrix.address)
      .integer(data)
      .integer(scales)
      .integer(offsets)
      .integer(firstRow)
      .integer(rowCount);
    this.#tape.run();
  }

  #reserve(bytes: number): void {
    if (bytes <= this.#capacity) return;
    if (this.#capacity > 0) this.#host.free(this.#staging);
    this.#capacity = 0;
    this.#staging = this.#host.allocate(bytes);
    this.#capacity = bytes;
  }
}

function bytesPerRow(columns: number, values: MatrixRows): number {
  if (values.kind === "float") return columns * (values.dtype === "f32" ? 4 : 2);
  return columns + (columns / values.groupSize) * 8;
}

/** The bytes of rows `[first, first + count)` of a chunk: data, or codes, scales and offsets. */
function slicesOf(values: MatrixRows, columns: number, first: number, count: number): Uint8Array[] {
  const end = first + count;
  if (values.kind === "float") {
    const rowBytes = bytesPerRow(columns, values);
    return [values.data.subarray(first * rowBytes, end * rowBytes)];
  }
  const groups = columns / values.groupSize;
  return [
    values.codes.subarray(first * columns, end * columns),
    bytesOf(values.scales.subarray(first * groups, end * groups)),
    bytesOf(values.offsets.subarray(first * groups, end * groups)),
  ];
}

function bytesOf(array: Float32Array): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
}
