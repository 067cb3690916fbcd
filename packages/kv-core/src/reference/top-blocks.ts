import { resolveBudget } from "../plan/budget.ts";
import type { Selector } from "../plan/selector.ts";

/** What one row may see of a segment, in token offsets from the segment's start. */
export interface VisibleTokens {
  /** Tokens in the segment. */
  readonly length: number;
  /** First token inside the sliding window. */
  readonly from: number;
  /** First token after the row. */
  readonly to: number;
  /** Bytes of K and V of one token in this layer, for budgets in bytes. */
  readonly bytesPerToken: number;
}

/** What one row reads of a segment. */
export interface BlockSelection {
  /** Whether each block of the segment is read. */
  readonly isRead: readonly boolean[];
  /**
   * How clear the choice was: the lowest score that won a place less the highest that did not, relative to the larger of the two (at
   * least 1). Infinity where there was nothing to choose.
   */
  readonly margin: number;
}

/**
 * Blocks one row reads, by the rules of `Selector`.
 * @param score of the block that starts at a token; asked for full blocks that nothing forces.
 */
export function topBlocks(selector: Selector, visible: VisibleTokens, score: (firstToken: number) => number): BlockSelection {
  const { blockTokens, always } = selector;
  const isRead = Array.from({ length: Math.ceil(visible.length / blockTokens) }, () => false);
  const candidates: { block: number; score: number }[] = [];
  let forced = 0;
  for (let block = 0; block < isRead.length; block++) {
    const start = block * blockTokens;
    const end = Math.min(start + blockTokens, visible.length);
    if (end <= visible.from || start >= visible.to) continue;
    const isUnfinished = Math.min(end, visible.to) - start < blockTokens;
    const isSink = start < always.sinkTokens;
    const isRecent = always.recentTokens > 0 && end > visible.to - always.recentTokens;
    if (isUnfinished || isSink || isRecent) {
      isRead[block] = true;
      forced++;
    } else {
      candidates.push({ block, score: score(start) });
    }
  }
  const tokens = resolveBudget(selector.keep, { tokens: visible.to, bytesPerToken: visible.bytesPerToken });
  const places = Math.max(0, Math.max(1, Math.floor(tokens / blockTokens)) - forced);
  candidates.sort((a, b) => b.score - a.score || a.block - b.block);
  for (const { block } of candidates.slice(0, places)) isRead[block] = true;
  return { isRead, margin: marginOf(candidates[places - 1]?.score, candidates[places]?.score) };
}

function marginOf(won: number | undefined, lost: number | undefined): number {
  if (won === undefined || lost === undefined) return Infinity;
  return (won - lost) / Math.max(1, Math.abs(won), Math.abs(lost));
}
