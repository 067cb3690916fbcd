import { TextDecoder } from "node:util";

import { WeightFileError } from "../../errors/weight-file-error.ts";
import type { WeightFileHandle } from "../weight-file-handle.ts";

const WINDOW_BYTES = 1 << 20;

/** Reads little-endian values one after another from the start of a file, through a window that is refilled. */
export class HeaderCursor {
  readonly file: string;
  readonly #handle: WeightFileHandle;
  readonly #buffer: ArrayBuffer;
  #window: Uint8Array = new Uint8Array(0);
  #view: DataView = new DataView(this.#window.buffer);
  /** File offset of the window's first byte. */
  #windowStart = 0;
  #position = 0;
  readonly #utf8: TextDecoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

  constructor(handle: WeightFileHandle) {
    this.#handle = handle;
    this.#buffer = new ArrayBuffer(Math.min(WINDOW_BYTES, handle.size));
    this.file = handle.path;
  }

  /** Byte offset of the next value. */
  get position(): number {
    return this.#position;
  }

  get remaining(): number {
    return this.#handle.size - this.#position;
  }

  /** @throws WeightFileError that names this place. */
  fail(problem: string, details?: { readonly offset?: number; readonly tensor?: string; readonly remedy?: string }): never {
    throw new WeightFileError({ file: this.file, offset: this.#position, problem, ...details });
  }

  u8(what: string): number {
    const at = this.#advance(1, what);
    return this.#view.getUint8(at);
  }
  i8(what: string): number {
    const at = this.#advance(1, what);
    return this.#view.getInt8(at);
  }
  u16(what: string): number {
    const at = this.#advance(2, what);
    return this.#view.getUint16(at, true);
  }
  i16(what: string): number {
    const at = this.#advance(2, what);
    return this.#view.getInt16(at, true);
  }
  u32(what: string): number {
    const at = this.#advance(4, what);
    return this.#view.getUint32(at, true);
  }
  i32(what: string): number {
    const at = this.#advance(4, what);
    return this.#view.getInt32(at, true);
  }
  f32(what: string): number {
    const at = this.#advance(4, what);
    return this.#view.getFloat32(at, true);
  }
  f64(what: string): number {
    const at = this.#advance(8, what);
    return this.#view.getFloat64(at, true);
  }
  u64(what: string): bigint {
    const at = this.#advance(8, what);
    return this.#view.getBigUint64(at, true);
  }
  i64(what: string): bigint {
    const at = this.#advance(8, what);
    return this.#view.getBigInt64(at, true);
  }

  /** A count or size that must be at most `limit`, so that no claim of the file makes us allocate or loop without bound. */
  count(what: string, limit: number): number {
    const value = this.u64(what);
    if (value > BigInt(limit))
      this.fail(`${what} is ${value}, more than the ${limit} that are possible here`, { offset: this.#position - 8 });
    return Number(value);
  }

  /** A length-prefixed UTF-8 string of at most `limit` bytes. */
  string(what: string, limit: number): string {
    const length = this.count(`the length of ${what}`, Math.min(limit, Math.max(0, this.remaining - 8)));
    const start = this.#position;
    try {
      return this.#utf8.decode(this.bytes(length, what));
    } catch (error) {
      if (error instanceof WeightFileError) throw error;
      return this.fail(`${what} is not UTF-8`, { offset: start });
    }
  }

  /** The next `length` bytes; valid until the next read. The caller has checked that `length` is plausible. */
  bytes(length: number, what: string): Uint8Array {
    if (length > WINDOW_BYTES) {
      this.#need(length, what);
      const large = new Uint8Array(length);
      this.#handle.read(large, this.#position);
      this.#position += length;
      return large;
    }
    const start = this.#advance(length, what);
    return this.#window.subarray(start, start + length);
  }

  #need(length: number, what: string): void {
    if (length > this.remaining) this.fail(`the file ends within ${what}: ${length} bytes are needed, ${this.remaining} are left`);
  }

  /** Steps over `length` bytes and returns where they begin in the window. */
  #advance(length: number, what: string): number {
    this.#need(length, what);
    let start = this.#position - this.#windowStart;
    if (start + length > this.#window.length) {
      const size = Math.min(WINDOW_BYTES, this.remaining);
      const window = new Uint8Array(this.#buffer, 0, size);
      this.#handle.read(window, this.#position);
      this.#window = window;
      this.#view = new DataView(window.buffer, 0, size);
      this.#windowStart = this.#position;
      start = 0;
    }
    this.#position += length;
    return start;
  }
}
