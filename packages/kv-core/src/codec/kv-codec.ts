import type { DenseKv } from "../backend/kv-store.ts";

/** Shape of what a codec stores: some tokens of one layer and one KV head. */
export interface CodecShape {
  readonly tokens: number;
  readonly headDim: number;
}

/** Tokens of one layer and KV head in a codec's own form. */
export interface EncodedKv {
  readonly shape: CodecShape;
  /** Packed keys and values. */
  readonly bytes: Uint8Array;
  /** Per-segment state such as rotations; belongs to the codec, freed with the segment, counted in its bytes. */
  readonly state?: Uint8Array;
}

/** Partial attention over one KV head: `out` is `[rows, headDim]`, `lse` natural-log `[rows]`. */
export interface CodecAttention {
  readonly out: Float32Array;
  readonly lse: Float32Array;
}

/** Source of a kernel that a backend compiles or loads for a codec. */
export interface KernelSource {
  /** Backend family: the C tree of the CPU tiers, or CUDA. */
  readonly language: "c" | "cuda";
  readonly name: string;
  readonly source: string;
}

/** A storage format of KV pages, defined by a policy package. The TypeScript here is the oracle for its kernels. */
export interface KvCodec<Name extends string = string> {
  readonly specVersion: "v1";
  readonly name: Name;
  /** `keys` and `values` of `DenseKv` are `[tokens, headDim]` here. */
  encode(tokens: DenseKv, shape: CodecShape): EncodedKv;
  /** What attention over the encoded tokens sees, as dense values. */
  decode(encoded: EncodedKv): DenseKv;
  /** Attention of `[rows, headDim]` queries over all encoded tokens, without unpacking them first. */
  attend(queries: Float32Array, encoded: EncodedKv, scale: number): CodecAttention;
  readonly kernels?: readonly KernelSource[];
}
