import { ConfigError } from "../errors/config-error.ts";
import type { Selector } from "../plan/selector.ts";
import { topBlocks } from "../reference/top-blocks.ts";
import type { EncodedKv } from "./encoded-kv.ts";
import type { BlockRead, CodecAttention, KvCodec } from "./kv-codec.ts";

/** A choice and the attention over it. */
export interface SelectedAttention extends CodecAttention {
  readonly read: BlockRead;
}

/**
 * Attention of one position's query heads of one KV head over the encoded tokens that a selector picks, all of which it may see. The
 * group agrees on one choice; `Selector` has the rules.
 * @param queries `[groupSize, headDim]`
 * @throws ConfigError where the codec does not score by `selector.by`.
 */
export function attendSelected(
  codec: KvCodec,
  queries: Float32Array,
  encoded: EncodedKv,
  scale: number,
  selector: Selector,
): SelectedAttention {
  const { tokens, headDim } = encoded.shape;
  const { by, blockTokens } = selector;
  const known = codec.selectors ?? [];
  if (codec.scoreBlocks === undefined || !known.includes(by)) {
    throw new ConfigError({
      option: "selector.by",
      reason: `is "${by}"; codec "${codec.name}" scores by ${known.join(", ") || "nothing"}.`,
    });
  }
  const scores = codec.scoreBlocks(meanQuery(queries, headDim), encoded, { by, blockTokens, scale });
  const bytesPerToken = (encoded.bytes.length + encoded.state.length) / tokens;
  const { isRead } = topBlocks(
    selector,
    { length: tokens, from: 0, to: tokens, bytesPerToken },
    (firstToken) => scores[firstToken / blockTokens] as number,
  );
  const read = { blockTokens, isRead };
  return { ...codec.attend(queries, encoded, scale, read), read };
}

function meanQuery(queries: Float32Array, headDim: number): Float32Array {
  const heads = queries.length / headDim;
  return Float32Array.from({ length: headDim }, (_, channel) => {
    let sum = 0;
    for (let head = 0; head < heads; head++) sum += queries[head * headDim + channel] as number;
    return sum / heads;
  });
}
