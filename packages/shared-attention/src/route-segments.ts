import { cutSegment, type ReadPlan, resolveBudget, type Selector, type SequenceView } from "@kvasir/kv-core";
import type { Routing } from "./shared-attention-options.ts";

/**
 * `base` with a selector on the chunks to choose from: all full ones of the contexts or of the prompt but the last. Which these are depends
 * on the request alone, never on what happens to be cached or on other requests; a backend's choice depends on the row alone.
 *
 * @returns `base` itself while contexts (or the prompt) are being computed, and where there is nothing to leave out
 */
export function routeSegments(sequence: SequenceView, base: ReadPlan, routing: Routing, bytesPerToken: number): ReadPlan {
  const { over, by, chunkTokens, sinkTokens, keep } = routing;
  const end = over === "contexts" ? sequence.contextLength : sequence.promptLength;
  const [first, ...others] = base.segments;
  if (first === undefined || sequence.length < end) return base;
  // Tokens that another policy has moved or thinned out are no chunks any more.
  if (first.firstPosition !== 0 || first.skip !== 0 || first.shift !== 0 || first.positions !== undefined) return base;
  const chunks = Math.min(Math.floor((end - 1) / chunkTokens), Math.floor(first.length / chunkTokens));
  const tokens = chunks * chunkTokens;
  const kept = Math.max(1, Math.floor(resolveBudget(keep, { tokens, bytesPerToken }) / chunkTokens));
  if (kept >= chunks) return base;
  const selector: Selector = {
    kind: "top-blocks",
    by,
    keep: { tokens: kept * chunkTokens },
    blockTokens: chunkTokens,
    always: { sinkTokens, recentTokens: 0 },
    per: "kv-head",
  };
  const pages = tokens / sequence.pageSize;
  const rest = tokens === first.length ? [] : [cutSegment(first, pages, first.pages.length, sequence.pageSize)];
  return { ...base, segments: [{ ...cutSegment(first, 0, pages, sequence.pageSize), selector }, ...rest, ...others] };
}
