/** Metadata of a GGUF file: a value with its type, since GGUF stores types that JavaScript does not tell apart. */
export type GgufValue =
  | { readonly type: "u32" | "i32" | "f32"; readonly value: number }
  | { readonly type: "bool"; readonly value: boolean }
  | { readonly type: "string"; readonly value: string }
  | { readonly type: "strings"; readonly value: readonly string[] }
  | { readonly type: "i32s"; readonly value: readonly number[] };

/** Type numbers of the GGUF specification, version 3 ("Metadata value types"). */
const TYPE_NUMBERS = { u32: 4, i32: 5, f32: 6, bool: 7, string: 8 } as const;
const ARRAY = 9;

const u32 = (value: number): Buffer => {
  const buffer = Buffer.alloc(4);
  buffer.writeUInt32LE(value);
  return buffer;
};
export const u64 = (value: number): Buffer => {
  const buffer = Buffer.alloc(8);
  buffer.writeBigUInt64LE(BigInt(value));
  return buffer;
};
export const text = (value: string): Buffer => {
  const bytes = Buffer.from(value, "utf8");
  return Buffer.concat([u64(bytes.length), bytes]);
};
const i32 = (value: number): Buffer => {
  const buffer = Buffer.alloc(4);
  buffer.writeInt32LE(value);
  return buffer;
};
const f32 = (value: number): Buffer => {
  const buffer = Buffer.alloc(4);
  buffer.writeFloatLE(value);
  return buffer;
};

/** Bytes of a key with its value. */
export function keyValue(key: string, entry: GgufValue): Buffer {
  return Buffer.concat([text(key), ...body(entry)]);
}

export { u32 };

function body(entry: GgufValue): Buffer[] {
  switch (entry.type) {
    case "u32":
      return [u32(TYPE_NUMBERS.u32), u32(entry.value)];
    case "i32":
      return [u32(TYPE_NUMBERS.i32), i32(entry.value)];
    case "f32":
      return [u32(TYPE_NUMBERS.f32), f32(entry.value)];
    case "bool":
      return [u32(TYPE_NUMBERS.bool), Buffer.from([entry.value ? 1 : 0])];
    case "string":
      return [u32(TYPE_NUMBERS.string), text(entry.value)];
    case "strings":
      return [u32(ARRAY), u32(TYPE_NUMBERS.string), u64(entry.value.length), ...entry.value.map(text)];
    case "i32s":
      return [u32(ARRAY), u32(TYPE_NUMBERS.i32), u64(entry.value.length), ...entry.value.map(i32)];
  }
}
