import type { CalibrationBench } from "@kvasir/kv-core";
import { type CostRow, type CostTable, isCostTable } from "./cost-table.ts";

/** Costs change smoothly between these: what lies between is interpolated, what lies beyond is like the border. */
const READERS = [2, 4, 8, 16, 32];
const TOKENS = [256, 1024, 4096];
/** A measurement is left out where it would take longer for one operator: large models need not wait for what small ones tell. */
const LONGEST_SECONDS = 0.001;
/** The whole grid is measured this often, and the least counts: what disturbs the machine for a while disturbs one pass. */
const PASSES = 3;

/** What an earlier start measured, where that is a table for as long a cache; measured now otherwise, in well under a second. */
export async function obtainCosts(bench: CalibrationBench, saved: unknown): Promise<CostTable> {
  const maxTokens = Math.min(bench.maxTokens, TOKENS.at(-1) ?? 1);
  if (isCostTable(saved) && saved.maxTokens >= maxTokens) return saved;
  const rows: CostRow[] = [];
  for (const readers of READERS) {
    for (const tokens of TOKENS.filter((count) => count <= maxTokens)) {
      const smaller = rows.at(-1);
      const expected = smaller?.readers === readers ? (smaller.separateSeconds * tokens) / smaller.tokens : 0;
      if (expected > LONGEST_SECONDS) break;
      rows.push({ readers, tokens, ...(await measure(bench, readers, tokens)) });
    }
  }
  for (let pass = 1; pass < PASSES; pass++) {
    for (const [index, row] of rows.entries()) {
      const { sharedSeconds, separateSeconds } = await measure(bench, row.readers, row.tokens);
      rows[index] = {
        ...row,
        sharedSeconds: Math.min(row.sharedSeconds, sharedSeconds),
        separateSeconds: Math.min(row.separateSeconds, separateSeconds),
      };
    }
  }
  return { version: 1, maxTokens, rows };
}

async function measure(
  bench: CalibrationBench,
  readers: number,
  tokens: number,
): Promise<Pick<CostRow, "sharedSeconds" | "separateSeconds">> {
  const sharedSeconds = await bench.measureAttention({ readers, tokens, isShared: true });
  const separateSeconds = await bench.measureAttention({ readers, tokens, isShared: false });
  return { sharedSeconds, separateSeconds };
}
