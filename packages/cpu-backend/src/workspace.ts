import type { KernelHost } from "./host/kernel-host.ts";

/** One piece of memory that operators share one after the other; it only grows. */
export class Workspace {
  readonly #host: KernelHost;
  #address = 0;
  #bytes = 0;
  /** Outgrown pieces that records on the tape may still point to. */
  #outgrown: number[] = [];

  constructor(host: KernelHost) {
    this.#host = host;
  }

  /** Address of at least `bytes` bytes, valid until the tape has run. */
  atLeast(bytes: number): number {
    if (bytes > this.#bytes) {
      const size = Math.ceil((bytes * 1.25) / 65536) * 65536;
      const address = this.#host.allocate(size);
      if (this.#bytes > 0) this.#outgrown.push(this.#address);
      this.#address = address;
      this.#bytes = size;
    }
    return this.#address;
  }

  /** Frees what no record can point to any more. */
  afterRun(): void {
    for (const address of this.#outgrown) this.#host.free(address);
    this.#outgrown = [];
  }
}
