import type { KernelHost } from "./host/kernel-host.ts";
import type { Tape } from "./tape.ts";

const BLOCK_BYTES = 2 ** 20;

interface Block {
  readonly address: number;
  readonly bytes: number;
  readonly view: Uint8Array;
}

/**
 * Memory for what records on the tape point to: given out piece by piece, taken back all at once when the tape has run. Blocks are
 * kept for the next steps.
 */
export class StepMemory {
  readonly #host: KernelHost;
  readonly #tape: Tape;
  readonly #blocks: Block[] = [];
  #block = 0;
  #used = 0;

  constructor(host: KernelHost, tape: Tape) {
    this.#host = host;
    this.#tape = tape;
  }

  /** 64-byte aligned memory with undefined contents, valid until the tape has run. */
  take(bytes: number): number {
    const size = Math.ceil(bytes / 64) * 64;
    for (;;) {
      const block = this.#blocks[this.#block];
      if (block === undefined) {
        const blockBytes = Math.max(size, BLOCK_BYTES);
        const address = this.#host.allocate(blockBytes);
        this.#blocks.push({ address, bytes: blockBytes, view: this.#host.bytes(address, blockBytes) });
      } else if (this.#used + size <= block.bytes) {
        this.#used += size;
        return block.address + this.#used - size;
      } else {
        this.#block++;
        this.#used = 0;
      }
    }
  }

  /** Puts a copy of the array into memory from `take`. */
  copy(data: ArrayBufferView): number {
    const address = this.take(data.byteLength);
    this.write(address, data);
    return address;
  }

  /** Writes to memory that came from the latest `take`. */
  write(address: number, data: ArrayBufferView): void {
    const block = this.#blocks[this.#block];
    if (block === undefined) return;
    block.view.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), address - block.address);
  }

  /** Runs the tape, then takes everything back. */
  run(): void {
    try {
      this.#tape.run();
    } finally {
      this.reset();
    }
  }

  /** Takes everything back; nothing on the tape may point to it. */
  reset(): void {
    this.#block = 0;
    this.#used = 0;
  }

  dispose(): void {
    for (const { address } of this.#blocks) this.#host.free(address);
    this.#blocks.length = 0;
    this.reset();
  }
}
