import type { LayerIndex } from "../ids.ts";

/** What a policy wants to know of registered contexts before it places them. */
export interface SummaryRequest {
  /** By ascending layer; also the layers whose queries `probe` gets. */
  readonly layers: readonly LayerSummaryRequest[];
}

/** How finely a layer is summarized, each in tokens that one vector stands for. */
export interface LayerSummaryRequest {
  readonly layer: LayerIndex;
  readonly keyTokens: number;
  readonly queryTokens: number;
}

/**
 * A context in few vectors: means over runs of tokens from its first one on, the last run may be shorter, as they were when the context was
 * computed alone, turned to the positions that its tokens take in the sequence. One entry for each layer of the request.
 */
export interface ContextSummary {
  /** `[ceil(length / keyTokens), kvHeads, headDim]`, after RoPE. */
  readonly keys: readonly Float32Array[];
  /** `[ceil(length / queryTokens), queryHeads, headDim]`, after RoPE. */
  readonly queries: readonly Float32Array[];
}
