import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { blockRecall } from "./block-recall.ts";
import { klDivergence, mostLikely } from "./divergence.ts";
import type { AgreementSample } from "./run-agreement.ts";
import { summarizeAgreement } from "./summarize-agreement.ts";

const row = fc.array(fc.integer({ min: -20, max: 20 }), { minLength: 4, maxLength: 4 }).map((logits) => {
  const total = Math.log(logits.reduce((sum, logit) => sum + Math.exp(logit), 0));
  return Float32Array.from(logits, (logit) => logit - total);
});

describe("klDivergence", () => {
  it("is exactly 0 for equal rows and never negative", () => {
    fc.assert(
      fc.property(row, row, (p, q) => {
        expect(klDivergence(p, p)).toBe(0);
        expect(klDivergence(p, q)).toBeGreaterThanOrEqual(0);
      }),
    );
  });

  it("agrees with hand-computed values", () => {
    const p = Float32Array.of(Math.log(0.5), Math.log(0.5));
    const q = Float32Array.of(Math.log(0.9), Math.log(0.1));
    expect(klDivergence(p, q)).toBeCloseTo(0.5 * Math.log(0.5 / 0.9) + 0.5 * Math.log(0.5 / 0.1), 6);
    expect(klDivergence(Float32Array.of(0, -Infinity), p)).toBeCloseTo(Math.log(2), 6);
    expect(klDivergence(p, Float32Array.of(0, -Infinity))).toBe(Infinity);
  });

  it("compares rows of one vocabulary only", () => {
    expect(() => klDivergence(Float32Array.of(0), Float32Array.of(0, 0))).toThrow(RangeError);
  });
});

it("finds the most likely token, of equal ones the first", () => {
  expect(mostLikely(Float32Array.of(-3, -1, -2, -1))).toBe(1);
});

describe("blockRecall", () => {
  it("counts evidence tokens inside chosen blocks", () => {
    const evidence = [
      { start: 6, end: 10 },
      { start: 30, end: 32 },
    ];
    expect(blockRecall({ evidence, selected: [0], blockTokens: 8 })).toBeCloseTo(2 / 6, 12);
    expect(blockRecall({ evidence, selected: [0, 1, 3], blockTokens: 8 })).toBe(1);
    expect(blockRecall({ evidence, selected: [], blockTokens: 8 })).toBe(0);
    expect(blockRecall({ evidence: [], selected: [], blockTokens: 8 })).toBe(1);
    expect(() => blockRecall({ evidence, selected: [], blockTokens: 0 })).toThrow(RangeError);
  });

  it("is what counting token by token gives, overlaps and all", () => {
    const range = fc.tuple(fc.nat(60), fc.integer({ min: 1, max: 20 })).map(([start, length]) => ({ start, end: start + length }));
    fc.assert(
      fc.property(
        fc.array(range, { maxLength: 5 }),
        fc.uniqueArray(fc.nat(12)),
        fc.integer({ min: 1, max: 16 }),
        (evidence, selected, blockTokens) => {
          const wanted = new Set(evidence.flatMap(({ start, end }) => Array.from({ length: end - start }, (_, i) => start + i)));
          const found = [...wanted].filter((token) => selected.includes(Math.floor(token / blockTokens)));
          const recall = blockRecall({ evidence, selected, blockTokens });
          expect(recall).toBe(wanted.size === 0 ? 1 : found.length / wanted.size);
        },
      ),
    );
  });

  it("never falls when more blocks are chosen", () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(10)), fc.nat(10), (selected, more) => {
        const evidence = [{ start: 5, end: 70 }];
        const less = blockRecall({ evidence, selected, blockTokens: 7 });
        expect(blockRecall({ evidence, selected: [...selected, more], blockTokens: 7 })).toBeGreaterThanOrEqual(less);
      }),
    );
  });
});

it("sums agreement up: every task weighs the same, however many steps its answers take", () => {
  const sample = (task: string, agrees: readonly boolean[]): AgreementSample => ({
    ...{ task, index: 0, seed: 1, question: "", prediction: "", references: [], agrees, seconds: 2 },
    topOne: agrees.filter(Boolean).length / agrees.length,
    divergence: 0.5,
    divergences: agrees.map(() => 0.5),
    usage: { promptTokens: 10, completionTokens: agrees.length, keptRatio: 0.25, kvBytes: 64 },
  });
  const { tasks, mean } = summarizeAgreement([sample("a", [true]), sample("b", [true, false, false, false])], 1);
  expect(tasks.map(({ topOne, steps }) => [topOne.mean, steps])).toEqual([
    [100, 1],
    [25, 4],
  ]);
  expect(mean).toMatchObject({ samples: 2, steps: 5, topOne: { mean: 62.5 }, divergence: { mean: 0.5 }, keptRatio: 0.25, kvBytes: 64 });
});
