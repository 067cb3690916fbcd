/** Which tokens a run of rows sees of a run of slots. */
export type Visibility = "none" | "all" | Float32Array;

/**
 * What rows at `rowPositions` see of tokens at `seenAt`: `none`, `all`, or what is added to scores `[rows, tokens]`, 0 or -Infinity.
 * @param window tokens that a sliding window holds; Infinity where there is none
 */
export function visibility(rowPositions: readonly number[], seenAt: Float64Array, window: number): Visibility {
  let lowest = Infinity;
  let highest = -Infinity;
  let isAnyUnread = false;
  for (const position of seenAt) {
    if (position === Infinity) {
      isAnyUnread = true;
      continue;
    }
    lowest = Math.min(lowest, position);
    highest = Math.max(highest, position);
  }
  const firstRow = Math.min(...rowPositions);
  const lastRow = Math.max(...rowPositions);
  if (lowest > lastRow || firstRow - highest >= window) return "none";
  if (!isAnyUnread && highest <= firstRow && lastRow - lowest < window) return "all";
  const tokens = seenAt.length;
  const mask = new Float32Array(rowPositions.length * tokens).fill(-Infinity);
  rowPositions.forEach((row, index) => {
    for (let token = 0; token < tokens; token++) {
      const position = seenAt[token] as number;
      if (position <= row && row - position < window) mask[index * tokens + token] = 0;
    }
  });
  return mask;
}
