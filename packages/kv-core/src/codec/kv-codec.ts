import type { DenseKv } from "../backend/dense-kv.ts";
import type { CodecSettings, CodecShape, EncodedKv, EncodedTokens } from "./encoded-kv.ts";

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

/**
 * A storage format of KV, defined by a policy package. This is the oracle: kernels of the format live in the backends, which name formats
 * and know no policies.
 *
 * Choosing what to read is split so that every codec follows the same rule: the codec scores blocks from what it stores (`scoreBlocks`),
 * kv-core's `topBlocks` picks, and `attend` reads the blocks it is told.
 */
export interface KvCodec<Name extends string = string> {
  readonly specVersion: "v1";
  readonly name: Name;
  /**
   * Most bytes that `fit` and `encode` give for a shape, state included.
   * @throws ConfigError where the codec does not take `settings`.
   */
  maxBytes(shape: CodecShape, settings: CodecSettings): number;
  /**
   * Measures tokens, chooses how to store them, and makes the state that pieces of a segment are encoded with. `keys` and `values` of
   * `DenseKv` are `[tokens, headDim]` here. Same input, same state.
   * @param prior state of an earlier segment whose measurements carry on, for segments too short to be measured alone
   * @throws ConfigError where the codec does not take `settings`.
   */
  fit(tokens: DenseKv, shape: CodecShape, settings: CodecSettings, prior?: Uint8Array): Uint8Array;
  /**
   * @param state what `fit` made, of these tokens or of earlier ones of their segment; it comes back as the result's `state`
   * @throws CodecDataError where `state` is damaged or another codec's.
   */
  encode(tokens: DenseKv, shape: CodecShape, state: Uint8Array): EncodedTokens;
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
}
