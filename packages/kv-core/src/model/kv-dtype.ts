/**
 * Element types a dense KV page can hold. `f16` and `bf16` round to nearest, ties to even. `int8` keeps one f32 scale per token and KV head
 * beside the codes, for keys and for values: `scale = max |x| / 127`, `code = round(x / scale)`, ties to even.
 *
 * Over `bf16` pages a backend may compute in bf16: queries and probabilities rounded to bf16 too, products added up in f32.
 */
export type KvDtype = "f32" | "f16" | "bf16" | "int8";

const BYTES_PER_ELEMENT: Readonly<Record<KvDtype, number>> = { f32: 4, f16: 2, bf16: 2, int8: 1 };

/** Bytes of K and V together for one token and one KV head of `headDim` channels, scales included. */
export function kvBytesPerTokenAndHead(dtype: KvDtype, headDim: number): number {
  const scales = dtype === "int8" ? 4 : 0;
  return 2 * (headDim * BYTES_PER_ELEMENT[dtype] + scales);
}
