import type { LayerIndex } from "../ids.ts";

/** What a policy wants to know of registered contexts before it places them. */
export interface SummaryRequest {
  /** Ascending. */
  readonly layers: readonly LayerIndex[];
  /** Tokens that one vector stands for. */
  readonly runTokens: number;
}

/**
 * A context in few vectors: means over runs of `runTokens` tokens, the last run may be shorter, as they were when the context was computed
 * alone, turned to the positions that its tokens take in the sequence.
 */
export interface ContextSummary {
  readonly runTokens: number;
  /** For each layer of the request, `[runs, kvHeads, headDim]`, after RoPE. */
  readonly keys: readonly Float32Array[];
  /** For each layer of the request, `[runs, queryHeads, headDim]`, after RoPE. */
  readonly queries: readonly Float32Array[];
}
