import type { LayerIndex, PageId } from "../ids.ts";
import type { ContextSummary } from "../policy/context-summary.ts";

/** A registered context that a prompt names: its own pages, and where its tokens stand in the prompt. */
export interface CachedContext {
  readonly pages: readonly PageId[];
  /** Token slots to skip at the start of the first page, e.g. of what stands only at the beginning of a sequence; 0 where absent. */
  readonly skip?: number;
  /** Tokens in `pages`, counted after `skip`. */
  readonly length: number;
  /** Position at which the first token was computed. */
  readonly firstPosition: number;
  /** Position the first token takes in the sequence; differs from `firstPosition` when contexts are stitched. */
  readonly startPosition: number;
  /** What the policy asked for with `summaries`; absent in plans and for policies that did not. */
  readonly summary?: ContextSummary;
}

/** Cached pages used by a sequence, at the positions they take in it. */
export interface PlacedContext extends CachedContext {
  /** Token offsets kept, ascending; `"all"` shares the pages untouched. */
  readonly keep: readonly number[] | "all";
}

/**
 * Cached tokens to compute again in some layers, in private pages: pages of contexts are never written. Each sees what the sequence keeps
 * at or before its own position. `blend` 1 overwrites, 0.9 mixes nine parts new with one part old.
 */
export interface RecomputeSpan {
  readonly layers: readonly LayerIndex[] | "all";
  /** Positions in the sequence's own coordinates. */
  readonly positions: readonly number[];
  readonly blend: number;
}

/** Which cached tokens a new sequence starts from. */
export interface PlacementPlan {
  readonly contexts: readonly PlacedContext[];
  /** Prompt tokens covered by `contexts`; at most prompt length - 1, so that one token is always computed. */
  readonly cachedTokens: number;
  readonly recompute: readonly RecomputeSpan[];
}
