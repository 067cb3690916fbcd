/** Memory and threads of one tier; everything above it is the same for both. */
export interface KernelHost {
  readonly tier: "native" | "wasm";
  /** Instruction set the kernels were compiled for, e.g. `x86-64-v4` or `simd128`. */
  readonly level: string;
  /** Threads that compute, the calling one included. */
  readonly threads: number;
  /**
   * Zeroed memory, 64-byte aligned; returns its address.
   * @throws BackendUnavailableError where memory does not suffice, with the bytes needed and available.
   */
  allocate(bytes: number): number;
  free(address: number): void;
  /** A view of backend memory, at most 4 GiB; valid until that memory is freed. */
  bytes(address: number, length: number): Uint8Array<ArrayBufferLike>;
  /** Runs `count` records of the program at `address` on all threads; returns when they have run. */
  run(address: number, count: number): void;
  /** Stops the threads and frees all memory. */
  dispose(): Promise<void>;
}
