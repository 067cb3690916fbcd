import type { AttentionWork } from "@kvasir/kv-core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { CostRow, CostTable } from "./cost-table.ts";
import { isCostTable } from "./cost-table.ts";
import { describeCosts } from "./describe-costs.ts";
import { obtainCosts } from "./measure-costs.ts";
import { relativeCost } from "./sharing-cost.ts";

/** A machine on which everything costs what these say, and what was asked of it. */
function machine(seconds: (work: AttentionWork) => number, maxTokens = 8192) {
  const asked: AttentionWork[] = [];
  const measureAttention = async (work: AttentionWork): Promise<number> => (asked.push(work), seconds(work));
  return { bench: { maxTokens, measureAttention }, asked };
}

const row = (readers: number, tokens: number, ratio: number): CostRow => ({
  readers,
  tokens,
  sharedSeconds: ratio * readers * 1e-3,
  separateSeconds: readers * 1e-3,
});
const table: CostTable = {
  version: 1,
  maxTokens: 4096,
  rows: [row(2, 256, 1.6), row(2, 1024, 0.8), row(8, 256, 0.8), row(8, 1024, 0.4), row(8, 4096, 0.2)],
};

describe("relativeCost", () => {
  it("is what was measured where it was measured", () => {
    for (const { readers, tokens, sharedSeconds, separateSeconds } of table.rows) {
      expect(relativeCost(table, readers, tokens)).toBeCloseTo(sharedSeconds / separateSeconds);
    }
  });

  it("lies between its neighbours, halfway in powers of two", () => {
    expect(relativeCost(table, 2, 512)).toBeCloseTo(Math.sqrt(1.6 * 0.8));
    expect(relativeCost(table, 4, 1024)).toBeCloseTo(Math.sqrt(0.8 * 0.4));
  });

  it("is that of the border beyond the largest, and Infinity below the smallest", () => {
    expect(relativeCost(table, 100, 100_000)).toBeCloseTo(0.2);
    expect(relativeCost(table, 2, 4096)).toBeCloseTo(0.8);
    expect(relativeCost(table, 1.9, 4096)).toBe(Infinity);
    expect(relativeCost(table, 8, 255)).toBe(Infinity);
    expect(relativeCost({ version: 1, maxTokens: 16, rows: [] }, 8, 255)).toBe(Infinity);
  });

  it("expects few readers in a crowd to be as fast as many", () => {
    const slow = { ...row(2, 1024, 1), separateSeconds: 4e-3 };
    const rows = [slow, row(8, 1024, 0.5)];
    expect(relativeCost({ version: 1, maxTokens: 1024, rows }, 2, 1024)).toBeCloseTo(1);
    expect(relativeCost({ version: 1, maxTokens: 1024, rows: [slow] }, 2, 1024)).toBeCloseTo(0.5);
  });

  it("never leaves the range of the measurements around", () => {
    const ratio = fc.double({ min: 0.01, max: 10, noNaN: true });
    fc.assert(
      fc.property(
        fc.array(ratio, { minLength: 9, maxLength: 9 }),
        fc.double({ min: 2, max: 40, noNaN: true }),
        fc.double({ min: 256, max: 9000, noNaN: true }),
        (ratios, readers, tokens) => {
          const rows = [2, 8, 32].flatMap((many, i) => [256, 1024, 4096].map((count, j) => row(many, count, ratios[3 * i + j] ?? 1)));
          const around = rows.filter(
            (each) =>
              each.readers >= Math.min(readers, 32) / 4 &&
              each.readers <= readers * 4 &&
              each.tokens >= Math.min(tokens, 4096) / 4 &&
              each.tokens <= tokens * 4,
          );
          const found = relativeCost({ version: 1, maxTokens: 4096, rows }, readers, tokens);
          const known = around.map(({ sharedSeconds, separateSeconds }) => sharedSeconds / separateSeconds);
          expect(found).toBeGreaterThanOrEqual(Math.min(...known) * (1 - 1e-9));
          expect(found).toBeLessThanOrEqual(Math.max(...known) * (1 + 1e-9));
        },
      ),
    );
  });
});

describe("obtainCosts", () => {
  it("measures both ways over the grid, three times, and keeps the least", async () => {
    let calls = 0;
    // Something disturbs the first half.
    const { bench, asked } = machine(({ readers, tokens, isShared }) => (calls++ < 30 ? 3 : 1) * 1e-9 * tokens * (isShared ? 1 : readers));
    const costs = await obtainCosts(bench, undefined);
    expect(costs.rows).toHaveLength(15);
    expect(asked).toHaveLength(3 * 2 * 15);
    for (const { readers, tokens, sharedSeconds, separateSeconds } of costs.rows) {
      expect([sharedSeconds, separateSeconds]).toEqual([1e-9 * tokens, 1e-9 * tokens * readers]);
    }
    expect(isCostTable(JSON.parse(JSON.stringify(costs)))).toBe(true);
  });

  it("leaves out what takes long", async () => {
    const { bench, asked } = machine(({ readers, tokens, isShared }) => 1e-6 * tokens * (isShared ? 1 : readers));
    const { rows } = await obtainCosts(bench, undefined);
    expect(rows.map(({ readers, tokens }) => [readers, tokens])).toEqual([
      [2, 256],
      [4, 256],
      [8, 256],
      [16, 256],
      [32, 256],
    ]);
    expect(asked).toHaveLength(3 * 2 * 5);
  });

  it("measures no longer caches than there are", async () => {
    const { bench } = machine(() => 1e-6, 1000);
    expect((await obtainCosts(bench, undefined)).rows.every(({ tokens }) => tokens === 256)).toBe(true);
    expect(await obtainCosts({ ...bench, maxTokens: 100 }, undefined)).toEqual({ version: 1, maxTokens: 100, rows: [] });
  });

  it("measures nothing where what was saved fits", async () => {
    const { bench, asked } = machine(() => 1e-6);
    expect(await obtainCosts(bench, table)).toBe(table);
    expect(asked).toEqual([]);
    // Saved for shorter caches than there are now.
    expect(await obtainCosts(bench, { ...table, maxTokens: 1024 })).not.toEqual({ ...table, maxTokens: 1024 });
  });

  it("takes no damaged table", async () => {
    const [first] = table.rows;
    const damaged = [
      { ...table, version: 2 },
      { ...table, maxTokens: "4096" },
      { ...table, rows: {} },
      { ...table, rows: [null] },
      ...["readers", "tokens", "sharedSeconds", "separateSeconds"].flatMap((name) =>
        [undefined, null, "1", 0, -1, Infinity].map((value) => ({ ...table, rows: [{ ...first, [name]: value }] })),
      ),
      { ...table, rows: [first, first] },
      { ...table, rows: table.rows.toReversed() },
    ];
    for (const saved of damaged) expect(isCostTable(saved), JSON.stringify(saved)).toBe(false);
    fc.assert(
      fc.property(fc.jsonValue(), (saved) => {
        expect(isCostTable(saved)).toBe(false);
      }),
    );
  });
});

it("prints costs as a table", () => {
  expect(describeCosts(table)).toBe(
    ["tokens  2 readers  8 readers", "   256      0.63x      1.25x", "  1024      1.25x      2.50x", "  4096                 5.00x"].join(
      "\n",
    ),
  );
});
