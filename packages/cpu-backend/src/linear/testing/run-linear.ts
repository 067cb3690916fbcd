import type { KernelHost } from "../../host/kernel-host.ts";
import { Tape } from "../../tape.ts";
import { appendEmbed, appendLinear, linearWorkspaceBytes, type ActivationMode } from "../linear-records.ts";
import type { PackedMatrix } from "../pack-matrix.ts";

/** Runs one product on host data. `initial` is what `out` holds before; giving it adds to it. */
export function runLinear(
  host: KernelHost,
  matrix: PackedMatrix,
  x: Float32Array,
  activations: ActivationMode,
  extra: { readonly bias?: Float32Array; readonly initial?: Float32Array } = {},
): Float32Array {
  const rows = x.length / matrix.columns;
  const memory = new Memory(host);
  const out = memory.put(extra.initial ?? new Float32Array(rows * matrix.rows).fill(Number.NaN));
  appendLinear(memory.tape, {
    x: memory.put(x),
    matrix,
    rows,
    bias: extra.bias && memory.put(extra.bias),
    accumulate: extra.initial !== undefined,
    out,
    workspace: memory.reserve(linearWorkspaceBytes(rows, matrix.columns)),
    activations,
  });
  return memory.runAndRead(out, rows * matrix.rows);
}

/** Gathers rows of a table. */
export function runEmbed(host: KernelHost, table: PackedMatrix, ids: Int32Array, scale: number): Float32Array {
  const memory = new Memory(host);
  const out = memory.reserve(ids.length * table.columns * 4);
  appendEmbed(memory.tape, { ids: memory.put(ids), table, rows: ids.length, scale, out });
  return memory.runAndRead(out, ids.length * table.columns);
}

/** What one program uses; all freed when its result is read. */
class Memory {
  readonly tape: Tape;
  readonly #host: KernelHost;
  readonly #addresses: number[] = [];

  constructor(host: KernelHost) {
    this.#host = host;
    this.tape = new Tape(host, 2);
  }

  reserve(bytes: number): number {
    const address = this.#host.allocate(bytes);
    this.#addresses.push(address);
    return address;
  }

  put(data: Float32Array | Int32Array): number {
    const address = this.reserve(data.byteLength);
    this.#host.bytes(address, data.byteLength).set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
    return address;
  }

  runAndRead(address: number, length: number): Float32Array {
    this.tape.run();
    const result = new Float32Array(this.#host.bytes(address, length * 4).slice().buffer);
    for (const used of this.#addresses) this.#host.free(used);
    this.tape.dispose();
    return result;
  }
}
