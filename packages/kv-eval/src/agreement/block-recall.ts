/** Tokens `[start, end)`. */
export interface TokenRange {
  readonly start: number;
  readonly end: number;
}

/** Evidence of a question and what a selector chose, in tokens of one prompt. */
export interface BlockSelection {
  /** Tokens that prove the answer. Ranges may overlap. */
  readonly evidence: readonly TokenRange[];
  /** Numbers of the chosen blocks: block `i` has the tokens `[i * blockTokens, (i + 1) * blockTokens)`. */
  readonly selected: Iterable<number>;
  readonly blockTokens: number;
}

/**
 * Share of the evidence's tokens that lie in chosen blocks. Tokens that several ranges name count once; without evidence nothing can be
 * missed, and the recall is 1.
 * @throws RangeError for blocks that are not whole numbers of at least one token
 */
export function blockRecall({ evidence, selected, blockTokens }: BlockSelection): number {
  if (!Number.isSafeInteger(blockTokens) || blockTokens < 1) throw new RangeError(`Blocks of ${blockTokens} tokens: give a whole number.`);
  const blocks = new Set(selected);
  let wanted = 0;
  let found = 0;
  let counted = -Infinity;
  for (const { start, end } of evidence.toSorted((a, b) => a.start - b.start)) {
    for (let token = Math.max(start, counted); token < end; token++) {
      wanted++;
      if (blocks.has(Math.floor(token / blockTokens))) found++;
    }
    counted = Math.max(counted, end);
  }
  return wanted === 0 ? 1 : found / wanted;
}
