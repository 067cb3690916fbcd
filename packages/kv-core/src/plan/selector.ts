/** An upper limit given by a user; the same three forms everywhere. */
export type Budget = { readonly tokens: number } | { readonly ratio: number } | { readonly bytes: number };

/**
 * Which blocks of a segment each step reads, as data: the backend evaluates it with the live queries, so that on a GPU no query
 * travels to the host.
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
