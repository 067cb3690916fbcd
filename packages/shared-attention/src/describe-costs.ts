import type { CostTable } from "./cost-table.ts";

/** A table to read: how many times faster shared tokens are attended once than by each reader for itself, by tokens and readers. */
export function describeCosts({ rows }: CostTable): string {
  const readers = [...new Set(rows.map((row) => row.readers))];
  const tokens = [...new Set(rows.map((row) => row.tokens))].sort((a, b) => a - b);
  const cells = tokens.map((count) => [
    String(count),
    ...readers.map((many) => {
      const row = rows.find((each) => each.readers === many && each.tokens === count);
      return row === undefined ? "" : `${(row.separateSeconds / row.sharedSeconds).toFixed(2)}x`;
    }),
  ]);
  const table = [["tokens", ...readers.map((count) => `${count} readers`)], ...cells];
  const widths = table[0]?.map((_, column) => Math.max(...table.map((line) => line[column]?.length ?? 0))) ?? [];
  return table
    .map((line) =>
      line
        .map((cell, column) => cell.padStart(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}
