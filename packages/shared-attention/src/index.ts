/**
 * Shared attention as a Kvasir policy: what many sequences read is attended once for all of them (MoSKA, arXiv 2511.06010).
 * @module
 */
export { sharedAttention } from "./shared-attention.ts";
export type { RoutingOptions, SharedAttentionOptions, SharingGate } from "./shared-attention-options.ts";
export type { CostRow, CostTable } from "./cost-table.ts";
export { describeCosts } from "./describe-costs.ts";
