import type { PageId, SequenceView } from "@kvasir/kv-core";

/** Whole pages of consecutive dense tokens that can be encoded together. */
export interface DenseRun {
  readonly pages: readonly PageId[];
  readonly firstPosition: number;
  readonly tokens: number;
  /** Whether encoded tokens stand right before them. */
  readonly followsEncoded: boolean;
}

/** Runs of pages whose every token lies at a position in `[from, to)` of the sequence and was computed there, in order. */
export function denseRuns({ segments, pageSize }: SequenceView, from: number, to: number): DenseRun[] {
  const runs: DenseRun[] = [];
  let encodedEnd = -1;
  for (const segment of segments) {
    const { encoding, firstPosition, length, shift, skip, positions, pages } = segment;
    if (encoding !== undefined) {
      encodedEnd = shift === 0 ? firstPosition + length : -1;
      continue;
    }
    if (shift !== 0 || positions !== undefined) continue;
    // Position of the first token of the first page that is read from its start, and how many pages from there are full.
    const start = firstPosition - skip;
    const first = Math.max(skip === 0 ? 0 : 1, Math.ceil((from - start) / pageSize));
    const end = Math.min(Math.floor((skip + length) / pageSize), Math.floor((to - start) / pageSize));
    if (first >= end) continue;
    const runStart = start + first * pageSize;
    runs.push({
      pages: pages.slice(first, end),
      firstPosition: runStart,
      tokens: (end - first) * pageSize,
      followsEncoded: runStart === encodedEnd,
    });
  }
  return runs;
}
