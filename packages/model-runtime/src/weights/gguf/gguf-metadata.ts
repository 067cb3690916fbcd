import type { HeaderCursor } from "./header-cursor.ts";

/** Elements of all arrays of a file together; the largest vocabularies have three arrays of some 300,000. */
const MAX_ARRAY_ELEMENTS = 2 ** 24;
const MAX_ARRAY_DEPTH = 4;
const MAX_KEY_BYTES = 65_535;
const MAX_STRING_BYTES = 2 ** 26;

const STRING = 8;
const ARRAY = 9;
/** Bytes per element of the fixed-size value types, by type number. */
const FIXED_SIZES: ReadonlyMap<number, number> = new Map([
  [0, 1],
  [1, 1],
  [2, 2],
  [3, 2],
  [4, 4],
  [5, 4],
  [6, 4],
  [7, 1],
  [10, 8],
  [11, 8],
  [12, 8],
]);
const TYPE_NAMES = ["u8", "i8", "u16", "i16", "u32", "i32", "f32", "bool", "string", "array", "u64", "i64", "f64"];

/** The value of a key: numbers, booleans and strings; arrays of numbers are typed arrays; 64-bit integers beyond 2^53 are bigints. */
export type GgufValue = number | bigint | boolean | string | ArrayLike<number> | readonly GgufValue[];

/**
 * Reads `count` key-value pairs. Source: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md
 * @throws WeightFileError with the offset where a pair is malformed.
 */
export function readGgufMetadata(cursor: HeaderCursor, count: number): Record<string, GgufValue> {
  const reader = new ValueReader(cursor);
  // No prototype, so that a key named __proto__ is a key like any other.
  const metadata: Record<string, GgufValue> = Object.create(null) as Record<string, GgufValue>;
  for (let index = 0; index < count; index++) {
    const offset = cursor.position;
    const key = cursor.string(`metadata key ${index}`, MAX_KEY_BYTES);
    if (key in metadata) cursor.fail(`metadata key ${JSON.stringify(key.slice(0, 120))} is given twice`, { offset });
    metadata[key] = reader.read(cursor.u32(`the type of ${key}`), key, 0);
  }
  return metadata;
}

class ValueReader {
  readonly #cursor: HeaderCursor;
  #arrayElements = 0;

  constructor(cursor: HeaderCursor) {
    this.#cursor = cursor;
  }

  read(type: number, key: string, depth: number): GgufValue {
    const cursor = this.#cursor;
    switch (type) {
      case 0:
        return cursor.u8(key);
      case 1:
        return cursor.i8(key);
      case 2:
        return cursor.u16(key);
      case 3:
        return cursor.i16(key);
      case 4:
        return cursor.u32(key);
      case 5:
        return cursor.i32(key);
      case 6:
        return cursor.f32(key);
      case 7:
        return this.#bool(key);
      case STRING:
        return cursor.string(`the value of ${key}`, MAX_STRING_BYTES);
      case ARRAY:
        return this.#array(key, depth);
      case 10:
        return narrow(cursor.u64(key));
      case 11:
        return narrow(cursor.i64(key));
      case 12:
        return cursor.f64(key);
      default:
        return cursor.fail(`metadata key ${key} has unknown type ${type}`, { offset: cursor.position - 4 });
    }
  }

  #bool(key: string): boolean {
    const value = this.#cursor.u8(key);
    if (value > 1) this.#cursor.fail(`${key} is a boolean of value ${value}, neither 0 nor 1`, { offset: this.#cursor.position - 1 });
    return value === 1;
  }

  #array(key: string, depth: number): GgufValue {
    const cursor = this.#cursor;
    if (depth >= MAX_ARRAY_DEPTH) cursor.fail(`${key} nests arrays deeper than ${MAX_ARRAY_DEPTH} levels`);
    const type = cursor.u32(`the element type of ${key}`);
    const fixed = FIXED_SIZES.get(type);
    if (fixed === undefined && type !== STRING && type !== ARRAY) {
      cursor.fail(`${key} is an array of unknown type ${type}`, { offset: cursor.position - 4 });
    }
    // A string takes at least its length prefix, an array its type and length.
    const elementBytes = fixed ?? (type === STRING ? 8 : 12);
    const fitting = Math.floor(Math.max(0, cursor.remaining - 8) / elementBytes);
    const length = cursor.count(
      `the length of ${key}, an array of ${TYPE_NAMES[type]}`,
      Math.min(fitting, MAX_ARRAY_ELEMENTS - this.#arrayElements),
    );
    this.#arrayElements += length;
    if (fixed !== undefined && type !== 7 && fixed < 8) return numbers(type, cursor.bytes(length * fixed, key));
    const values: GgufValue[] = [];
    for (let index = 0; index < length; index++) values.push(this.read(type, key, depth + 1));
    return values;
  }
}

function narrow(value: bigint): number | bigint {
  return value >= BigInt(Number.MIN_SAFE_INTEGER) && value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : value;
}

/** Copies an array of 1- to 4-byte numbers out of the file's bytes. */
function numbers(type: number, bytes: Uint8Array): ArrayLike<number> {
  const copy = bytes.slice().buffer;
  switch (type) {
    case 0:
      return new Uint8Array(copy);
    case 1:
      return new Int8Array(copy);
    case 2:
      return new Uint16Array(copy);
    case 3:
      return new Int16Array(copy);
    case 4:
      return new Uint32Array(copy);
    case 5:
      return new Int32Array(copy);
    default:
      return new Float32Array(copy);
  }
}
