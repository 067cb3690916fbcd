import { type BlockScoring, ConfigError } from "@kvasir/kv-core";
import type { PackedSegment } from "../format/packed-segment.ts";

/**
 * Ways to score a block for a query, from packed data alone:
 * - `mean-key`: product with the block's mean key, packed like a key (MosaicKV, section 5.2); reads 1 vector a block.
 * - `max-key`: largest product with a packed key of the block; reads every key, and needs no block keys.
 */
export const SELECTORS: readonly string[] = ["mean-key", "max-key"];

/**
 * Scores `[blocks]` for one query `[headDim]`.
 * @throws ConfigError where the way is unknown, or asks for mean keys of blocks that the segment has no keys of.
 */
export function scoreBlocks(query: Float32Array, segment: PackedSegment, { by, blockTokens }: BlockScoring): Float32Array {
  const { tokens } = segment.shape;
  const rotated = segment.state.keys.rotate(query);
  if (by === "mean-key") {
    const kept = segment.state.format.blockTokens;
    if (blockTokens !== kept) {
      throw new ConfigError({
        option: "selector.blockTokens",
        reason: `is ${blockTokens}; these tokens have mean keys of blocks of ${kept}.`,
      });
    }
    return Float32Array.from({ length: segment.blockKeys.count }, (_, block) => segment.blockKeys.dot(block, rotated));
  }
  if (by !== "max-key") throw new ConfigError({ option: "selector.by", reason: `is "${by}"; choose ${SELECTORS.join(" or ")}.` });
  const scores = new Float32Array(Math.ceil(tokens / blockTokens)).fill(-Infinity);
  for (let token = 0; token < tokens; token++) {
    const block = Math.floor(token / blockTokens);
    scores[block] = Math.max(scores[block] as number, segment.keys.dot(token, rotated));
  }
  return scores;
}
