import type { KernelHost } from "./host/kernel-host.ts";

/** Bytes of one operation record; `RECORD_BYTES` of native/ops.h. */
export const RECORD_BYTES = 128;

/** `enum Opcode` of native/ops.h. */
export const Opcode = {
  rmsNorm: 1,
  add: 2,
  gatedActivation: 3,
  gatherRows: 4,
  splitAndStore: 5,
  attention: 6,
  mergeStates: 7,
  copyPages: 8,
  writeTokens: 9,
  readTokens: 10,
  linear: 11,
  embed: 12,
  packRows: 13,
  argmax: 14,
  packedFit: 15,
  packedEncode: 16,
  packedAttention: 17,
} as const;
export type Opcode = (typeof Opcode)[keyof typeof Opcode];

/** `FLAG_SERIAL` of native/ops.h: thread 0 runs the record alone. */
export const FLAG_SERIAL = 1;

const WORDS = RECORD_BYTES / 8;
const TWO_TO_32 = 2 ** 32;

/** A program under construction in backend memory. Fields are appended in the order of the record's struct. */
export class Tape {
  readonly #host: KernelHost;
  #address: number;
  #capacity: number;
  #count = 0;
  #field = 0;
  #integers: Uint32Array;
  #reals: Float64Array;

  constructor(host: KernelHost, capacity = 1024) {
    this.#host = host;
    this.#capacity = capacity;
    this.#address = host.allocate(capacity * RECORD_BYTES);
    [this.#integers, this.#reals] = this.#views();
  }

  /** Records appended since the last `run`. */
  get count(): number {
    return this.#count;
  }

  /** Starts a record. */
  begin(opcode: Opcode, flags = 0): this {
    if (this.#count === this.#capacity) this.#grow();
    const word = this.#count * WORDS;
    this.#integers[2 * word] = opcode;
    this.#integers[2 * word + 1] = flags;
    this.#field = word + 1;
    this.#count++;
    return this;
  }

  /** Appends an address or an integer (`i64`, within 2^53). */
  integer(value: number): this {
    const at = 2 * this.#field++;
    this.#integers[at] = value;
    this.#integers[at + 1] = Math.floor(value / TWO_TO_32);
    return this;
  }

  /** Appends an `f64`. */
  real(value: number): this {
    this.#reals[this.#field++] = value;
    return this;
  }

  /** Runs everything appended and empties the tape. */
  run(): void {
    const count = this.#count;
    this.#count = 0;
    if (count > 0) this.#host.run(this.#address, count);
  }

  dispose(): void {
    this.#host.free(this.#address);
  }

  #views(): [Uint32Array, Float64Array] {
    const bytes = this.#host.bytes(this.#address, this.#capacity * RECORD_BYTES);
    return [
      new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4),
      new Float64Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 8),
    ];
  }

  #grow(): void {
    const old = this.#integers;
    const oldAddress = this.#address;
    this.#capacity *= 2;
    this.#address = this.#host.allocate(this.#capacity * RECORD_BYTES);
    [this.#integers, this.#reals] = this.#views();
    this.#integers.set(old);
    this.#host.free(oldAddress);
  }
}
