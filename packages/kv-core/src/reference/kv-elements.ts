import type { KvDtype } from "../model/kv-dtype.ts";
import { decodeBf16, decodeF16, encodeBf16, encodeF16, roundTiesToEven } from "./half-floats.ts";

/** Head vectors of `headDim` channels in one of the KV dtypes, rounded as `KvDtype` says. */
export interface KvElements {
  readonly byteLength: number;
  /** Stores vector `index` from `source[start ...]`. */
  write(index: number, source: ArrayLike<number>, start: number): void;
  /** Reads vector `index` to `target[start ...]`. */
  read(index: number, target: Float32Array | Float64Array, start: number): void;
  /** Copies `count` vectors. */
  copy(from: number, to: number, count: number): void;
}

/** Room for `count` vectors of `headDim` channels. */
export function createKvElements(dtype: KvDtype, headDim: number, count: number): KvElements {
  if (dtype === "int8") return new Int8Elements(headDim, count);
  if (dtype === "f32") return new PlainElements(headDim, new Float32Array(headDim * count), Math.fround, (value) => value);
  const [encode, decode] = dtype === "f16" ? [encodeF16, decodeF16] : [encodeBf16, decodeBf16];
  return new PlainElements(headDim, new Uint16Array(headDim * count), encode, decode);
}

class PlainElements implements KvElements {
  readonly #headDim: number;
  readonly #data: Float32Array | Uint16Array;
  readonly #encode: (value: number) => number;
  readonly #decode: (stored: number) => number;

  constructor(headDim: number, data: Float32Array | Uint16Array, encode: (value: number) => number, decode: (stored: number) => number) {
    this.#headDim = headDim;
    this.#data = data;
    this.#encode = encode;
    this.#decode = decode;
  }

  get byteLength(): number {
    return this.#data.byteLength;
  }

  write(index: number, source: ArrayLike<number>, start: number): void {
    for (let i = 0; i < this.#headDim; i++) this.#data[index * this.#headDim + i] = this.#encode(source[start + i] as number);
  }

  read(index: number, target: Float32Array | Float64Array, start: number): void {
    for (let i = 0; i < this.#headDim; i++) target[start + i] = this.#decode(this.#data[index * this.#headDim + i] as number);
  }

  copy(from: number, to: number, count: number): void {
    this.#data.copyWithin(to * this.#headDim, from * this.#headDim, (from + count) * this.#headDim);
  }
}

class Int8Elements implements KvElements {
  readonly #headDim: number;
  readonly #codes: Int8Array;
  readonly #scales: Float32Array;

  constructor(headDim: number, count: number) {
    this.#headDim = headDim;
    this.#codes = new Int8Array(headDim * count);
    this.#scales = new Float32Array(count);
  }

  get byteLength(): number {
    return this.#codes.byteLength + this.#scales.byteLength;
  }

  write(index: number, source: ArrayLike<number>, start: number): void {
    let largest = 0;
    for (let i = 0; i < this.#headDim; i++) largest = Math.max(largest, Math.abs(Math.fround(source[start + i] as number)));
    const scale = Math.fround(largest / 127);
    this.#scales[index] = scale;
    for (let i = 0; i < this.#headDim; i++) {
      const code = scale === 0 ? 0 : roundTiesToEven(Math.fround(Math.fround(source[start + i] as number) / scale));
      // A scale rounded down to f32 can push the largest element just past 127.5.
      this.#codes[index * this.#headDim + i] = Math.max(-127, Math.min(127, code));
    }
  }

  read(index: number, target: Float32Array | Float64Array, start: number): void {
    const scale = this.#scales[index] as number;
    for (let i = 0; i < this.#headDim; i++) target[start + i] = (this.#codes[index * this.#headDim + i] as number) * scale;
  }

  copy(from: number, to: number, count: number): void {
    this.#codes.copyWithin(to * this.#headDim, from * this.#headDim, (from + count) * this.#headDim);
    this.#scales.copyWithin(to, from, from + count);
  }
}
