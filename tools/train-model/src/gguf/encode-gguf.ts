import { keyValue, text, u32, u64, type GgufValue } from "./gguf-values.ts";

/** A tensor as it goes into the file. */
export interface GgufTensor {
  readonly name: string;
  /** Outermost dimension first; the file has them the other way round. */
  readonly shape: readonly number[];
  readonly type: "F32" | "Q8_0";
  readonly data: Uint8Array;
}

const TENSOR_TYPES = { F32: 0, Q8_0: 8 } as const;
const ALIGNMENT = 32;
const VERSION = 3;

/** Bytes of a GGUF file, version 3, little endian, tensors aligned to 32 bytes. Source: the GGUF specification (ggml, docs/gguf.md). */
export function encodeGguf(metadata: ReadonlyMap<string, GgufValue>, tensors: readonly GgufTensor[]): Buffer {
  const infos: Buffer[] = [];
  const data: Uint8Array[] = [];
  let offset = 0;
  for (const tensor of tensors) {
    const dimensions = tensor.shape.toReversed().map(u64);
    infos.push(Buffer.concat([text(tensor.name), u32(dimensions.length), ...dimensions, u32(TENSOR_TYPES[tensor.type]), u64(offset)]));
    const padding = paddingAfter(tensor.data.length);
    data.push(tensor.data, new Uint8Array(padding));
    offset += tensor.data.length + padding;
  }
  const entries = [...metadata].map(([key, value]) => keyValue(key, value));
  const header = Buffer.concat([Buffer.from("GGUF"), u32(VERSION), u64(tensors.length), u64(entries.length), ...entries, ...infos]);
  return Buffer.concat([header, new Uint8Array(paddingAfter(header.length)), ...data]);
}

function paddingAfter(length: number): number {
  return (ALIGNMENT - (length % ALIGNMENT)) % ALIGNMENT;
}
