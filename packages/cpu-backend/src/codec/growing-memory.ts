import type { KernelHost } from "../host/kernel-host.ts";

/** Memory for calls that run at once: it grows where one needs more, and what was in it is lost then. */
export class GrowingMemory {
  readonly #host: KernelHost;
  #address = 0;
  #bytes = 0;

  constructor(host: KernelHost) {
    this.#host = host;
  }

  get byteLength(): number {
    return this.#bytes;
  }

  /** Address of at least `bytes` bytes. @throws BackendUnavailableError where memory does not suffice. */
  atLeast(bytes: number): number {
    if (bytes > this.#bytes) {
      this.dispose();
      const size = Math.ceil(bytes / 4096) * 4096;
      this.#address = this.#host.allocate(size);
      this.#bytes = size;
    }
    return this.#address;
  }

  dispose(): void {
    if (this.#bytes > 0) this.#host.free(this.#address);
    this.#bytes = 0;
  }
}
