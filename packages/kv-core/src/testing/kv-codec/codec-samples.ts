import type { DenseKv } from "../../backend/dense-kv.ts";
import type { CodecSettings, CodecShape, EncodedKv, EncodedTokens } from "../../codec/encoded-kv.ts";
import type { BlockRead, CodecAttention, KvCodec } from "../../codec/kv-codec.ts";
import { denseAttention } from "../../reference/dense-attention.ts";
import { SeededRandom } from "../seeded-random.ts";

export const DEFAULT_HEAD_DIMS: readonly number[] = [32, 64, 128];
const TOKEN_COUNTS = [1, 2, 15, 16, 17, 100];

/** Normally distributed keys and values of one KV head. */
export function sampleTokens({ tokens, headDim }: CodecShape, seed: number): DenseKv {
  const random = new SeededRandom(seed);
  return { keys: random.normals(tokens * headDim), values: random.normals(tokens * headDim) };
}

/** Encodes tokens as a segment of their own. */
export function encodeNew(codec: KvCodec, tokens: DenseKv, shape: CodecShape, settings: CodecSettings): EncodedTokens {
  return codec.encode(tokens, shape, codec.fit(tokens, shape, settings));
}

/** Every shape the kit tries, with tokens. */
export function eachCodecShape(headDims: readonly number[], body: (shape: CodecShape, tokens: DenseKv, what: string) => void): void {
  for (const headDim of headDims) {
    for (const tokens of TOKEN_COUNTS) {
      const shape = { tokens, headDim };
      body(shape, sampleTokens(shape, headDim + tokens), `${tokens} tokens of ${headDim}`);
    }
  }
}

/** What a codec attends, and dense attention over what it decodes. */
export function attendBoth(
  codec: KvCodec,
  encoded: EncodedKv,
  decoded: DenseKv,
  rows: number,
  read?: BlockRead,
): { readonly got: CodecAttention; readonly want: CodecAttention } {
  const { headDim } = encoded.shape;
  const scale = 1 / Math.sqrt(headDim);
  const queries = new SeededRandom(rows).normals(rows * headDim);
  const isRead = (token: number): boolean => read === undefined || read.isRead[Math.floor(token / read.blockTokens)] === true;
  const states = Array.from({ length: rows }, (_, row) =>
    denseAttention(queries.subarray(row * headDim, (row + 1) * headDim), decoded.keys, decoded.values, scale, isRead),
  );
  return {
    got: codec.attend(queries, encoded, scale, read),
    want: { out: Float32Array.from(states.flatMap(({ out }) => [...out])), lse: Float32Array.from(states, ({ lse }) => lse) },
  };
}
