/** A metadata value with its GGUF type, in the order of the format's type numbers. */
export interface GgufEntry {
  readonly key: string;
  readonly type: number;
  readonly value: unknown;
  /** Element type, for arrays. */
  readonly elementType?: number;
}

export interface GgufTensorEntry {
  readonly name: string;
  /** Innermost dimension first. */
  readonly dimensions: readonly (number | bigint)[];
  readonly type: number;
  readonly data: Uint8Array;
  /** Where the header says the data is; where it really is by default. */
  readonly offset?: number | bigint;
}

export interface GgufContent {
  readonly magic?: string;
  readonly version?: number;
  readonly tensorCount?: bigint;
  readonly pairCount?: bigint;
  readonly alignment?: number;
  readonly metadata?: readonly GgufEntry[];
  readonly tensors?: readonly GgufTensorEntry[];
}

export const GGUF_TYPE = {
  u8: 0,
  i8: 1,
  u16: 2,
  i16: 3,
  u32: 4,
  i32: 5,
  f32: 6,
  bool: 7,
  string: 8,
  array: 9,
  u64: 10,
  i64: 11,
  f64: 12,
} as const;

/** Writes a GGUF file, right or wrong as told. */
export function writeGguf(content: GgufContent): Uint8Array {
  const alignment = content.alignment ?? 32;
  const tensors = content.tensors ?? [];
  const metadata = content.metadata ?? [];
  const parts: Uint8Array[] = [
    Buffer.from(content.magic ?? "GGUF", "latin1"),
    u32(content.version ?? 3),
    u64(content.tensorCount ?? BigInt(tensors.length)),
    u64(content.pairCount ?? BigInt(metadata.length)),
    ...metadata.flatMap((entry) => [ggufString(entry.key), u32(entry.type), ggufValue(entry.type, entry.value, entry.elementType)]),
  ];
  let offset = 0;
  for (const tensor of tensors) {
    parts.push(
      ggufString(tensor.name),
      u32(tensor.dimensions.length),
      ...tensor.dimensions.map((size) => u64(BigInt(size))),
      u32(tensor.type),
      u64(BigInt(tensor.offset ?? offset)),
    );
    offset += align(tensor.data.length, alignment);
  }
  const header = Buffer.concat(parts);
  const padded = [header, Buffer.alloc(align(header.length, alignment) - header.length)];
  for (const { data } of tensors) padded.push(Buffer.from(data), Buffer.alloc(align(data.length, alignment) - data.length));
  return Buffer.concat(padded);
}

/** A length-prefixed string. */
export function ggufString(text: string | Uint8Array): Uint8Array {
  const bytes = Buffer.from(text as string);
  return Buffer.concat([u64(BigInt(bytes.length)), bytes]);
}

function ggufValue(type: number, value: unknown, elementType = 0): Uint8Array {
  if (value instanceof Uint8Array) return value;
  if (type === GGUF_TYPE.string) return ggufString(value as string);
  if (type === GGUF_TYPE.array) {
    const items = value as readonly unknown[];
    return Buffer.concat([u32(elementType), u64(BigInt(items.length)), ...items.map((item) => ggufValue(elementType, item))]);
  }
  return scalar(type, value as number | bigint | boolean);
}

function scalar(type: number, value: number | bigint | boolean): Uint8Array {
  const bytes = Buffer.alloc(8);
  const number = Number(value);
  switch (type) {
    case GGUF_TYPE.u8:
    case GGUF_TYPE.bool:
      return bytes.subarray(0, bytes.writeUInt8(number));
    case GGUF_TYPE.i8:
      return bytes.subarray(0, bytes.writeInt8(number));
    case GGUF_TYPE.u16:
      return bytes.subarray(0, bytes.writeUInt16LE(number));
    case GGUF_TYPE.i16:
      return bytes.subarray(0, bytes.writeInt16LE(number));
    case GGUF_TYPE.u32:
      return bytes.subarray(0, bytes.writeUInt32LE(number));
    case GGUF_TYPE.i32:
      return bytes.subarray(0, bytes.writeInt32LE(number));
    case GGUF_TYPE.f32:
      return bytes.subarray(0, bytes.writeFloatLE(number));
    case GGUF_TYPE.u64:
      return bytes.subarray(0, bytes.writeBigUInt64LE(BigInt(value)));
    case GGUF_TYPE.i64:
      return bytes.subarray(0, bytes.writeBigInt64LE(BigInt(value)));
    default:
      return bytes.subarray(0, bytes.writeDoubleLE(number));
  }
}

function u32(value: number): Uint8Array {
  return scalar(GGUF_TYPE.u32, value);
}

function u64(value: bigint): Uint8Array {
  return scalar(GGUF_TYPE.u64, BigInt.asUintN(64, value));
}

function align(length: number, alignment: number): number {
  return Math.ceil(length / alignment) * alignment;
}
