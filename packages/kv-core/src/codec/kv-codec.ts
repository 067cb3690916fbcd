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

/** Blocks of encoded tokens that an attention reads; block `b` holds tokens `b * blockTokens .. (b + 1) * blockTokens - 1`. */
export interface BlockRead {
  readonly blockTokens: number;
  /** One entry per block, the last one possibly short. */
  readonly isRead: readonly boolean[];
}

/** How blocks are to be scored: the part of a `Selector` that a codec answers. */
export interface BlockScoring {
  readonly by: string;
  readonly blockTokens: number;
  /** Multiplies q.k; usually 1 / sqrt(headDim). */
  readonly scale: number;
}

/** Source of a kernel that a backend compiles or loads for a codec. */
export interface KernelSource {
  /** Backend family: the C tree of the CPU tiers, or CUDA. */
  readonly language: "c" | "cuda";
  readonly name: string;
  readonly source: string;
}

/**
 * A storage format of KV pages, defined by a policy package. The TypeScript here is the oracle for its kernels.
 *
 * Choosing what to read is split so that every codec follows the same rule: the codec scores blocks from what it stores (`scoreBlocks`),
 * kv-core's `topBlocks` picks, and `attend` reads the blocks it is told.
 */
export interface KvCodec<Name extends string = string> {
  readonly specVersion: "v1";
  readonly name: Name;
  /** Most bytes `encode` returns for a shape, state included: what has to be free before tokens are encoded. */
  maxBytes(shape: CodecShape): number;
  /**
   * `keys` and `values` of `DenseKv` are `[tokens, headDim]` here.
   * @param state of an earlier piece of the segment: encodes in it and returns that very state, so that pieces of a segment share (and
   * count) one. Codecs without state ignore it.
   * @throws CodecDataError where `state` is damaged or another codec's.
   */
  encode(tokens: DenseKv, shape: CodecShape, state?: Uint8Array): EncodedKv;
  /**
   * What attention over the encoded tokens sees, as dense values.
   * @throws CodecDataError where the bytes cannot be of this shape and state.
   */
  decode(encoded: EncodedKv): DenseKv;
  /**
   * Attention of `[rows, headDim]` queries over the encoded tokens, without unpacking them first. Where nothing is read `out` is 0 and
   * `lse` -Infinity.
   * @param read the blocks to read; all tokens where absent.
   * @throws CodecDataError where the bytes cannot be of this shape and state.
   */
  attend(queries: Float32Array, encoded: EncodedKv, scale: number, read?: BlockRead): CodecAttention;
  /** Values of `Selector.by` that `scoreBlocks` takes; none where absent. */
  readonly selectors?: readonly string[];
  /** Scores `[blocks]` for one query `[headDim]` (the mean of a group's heads); higher is read first. */
  scoreBlocks?(query: Float32Array, encoded: EncodedKv, scoring: BlockScoring): Float32Array;
  readonly kernels?: readonly KernelSource[];
}
