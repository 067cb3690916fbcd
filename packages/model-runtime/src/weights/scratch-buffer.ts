/** Memory that is used again and again for arrays of varying length, so that loading makes no garbage. */
export class ScratchBuffer {
  #memory = new ArrayBuffer(0);

  bytes(length: number): Uint8Array {
    return new Uint8Array(this.#atLeast(length), 0, length);
  }

  floats(length: number): Float32Array {
    return new Float32Array(this.#atLeast(length * 4), 0, length);
  }

  #atLeast(bytes: number): ArrayBuffer {
    if (this.#memory.byteLength < bytes) this.#memory = new ArrayBuffer(Math.ceil(bytes / 65_536) * 65_536);
    return this.#memory;
  }
}
