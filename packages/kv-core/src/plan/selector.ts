/** An upper limit given by a user; the same three forms everywhere. */
export type Budget = { readonly tokens: number } | { readonly ratio: number } | { readonly bytes: number };

/**
 * Which blocks of a segment each row reads, as data: the backend evaluates it with the live queries, so that on a GPU no query
 * travels to the host.
 *
 * Per row and KV head, so that the choice does not depend on how a step was cut:
 * 1. Blocks are runs of `blockTokens` tokens counted from the segment's first token. Those that hold a token the row may see take part.
 * 2. Read whatever their score: blocks that hold one of the segment's first `sinkTokens` tokens or of the last `recentTokens` tokens the
 *    row may see, and a block of fewer than `blockTokens` tokens at or before the row (the one still being filled).
 * 3. `keep` is resolved against the tokens at or before the row, and allows `max(1, floor(tokens / blockTokens))` blocks, forced ones included.
 *    Free places go to the highest scores, ties to the lower block.
 *
 * In an encoded segment blocks are counted over all of its pieces, and none reaches from one piece into the next. `keep` is not in bytes there.
 *
 * A block's score is (mean of the group's query heads, rotated by `-shift`) . r, with a representative r `[headDim]` of its stored keys k:
 * - `by: "mean-key"`: r = mean of k.
 * - `by: "chunk-feature"`: r = sum over j of softmax_j(scale * f.k_j) * k_j with f = mean over i of (sum over j of softmax_j(scale * k_i.k_j) * k_j):
 *   keys that many keys of the block attend to weigh more. `scale` is the attention's own. After LongHeads (arXiv 2402.10685), whose f has
 *   queries in place of k_i; without them r depends on stored keys alone and stays what it is once the block is full.
 * In an encoded segment `mean-key` takes the block key that the codec stored, in its own precision, and there is
 * - `by: "max-key"`: the largest (mean of the group's query heads) . k over the block's keys as they are stored.
 */
export interface Selector {
  readonly kind: "top-blocks";
  /** How a block is scored; a backend lists the kinds it knows in `BackendCapabilities.selectors`. */
  readonly by: string;
  readonly keep: Budget;
  /** Tokens per block; a divisor or multiple of the page size. In an encoded segment a divisor of every piece's tokens but the last one's. */
  readonly blockTokens: number;
  /** Tokens at the segment's ends that are read whatever their score. */
  readonly always: { readonly sinkTokens: number; readonly recentTokens: number };
  /** Query heads that must agree on one choice. */
  readonly per: "kv-head";
}
