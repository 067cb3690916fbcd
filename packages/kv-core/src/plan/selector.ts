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
 * `by: "mean-key"`: score = (mean of the group's query heads) . (mean of the block's stored keys), queries rotated by `-shift`.
 */
export interface Selector {
  readonly kind: "top-blocks";
  /** How a block is scored; a backend lists the kinds it knows in `BackendCapabilities.selectors`. */
  readonly by: string;
  readonly keep: Budget;
  /** Tokens per block; a divisor or multiple of the page size. */
  readonly blockTokens: number;
  /** Tokens at the segment's ends that are read whatever their score. */
  readonly always: { readonly sinkTokens: number; readonly recentTokens: number };
  /** Query heads that must agree on one choice. */
  readonly per: "kv-head";
}
