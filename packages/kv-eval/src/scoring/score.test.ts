import { readFileSync } from "node:fs";

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Metric } from "../exercise.ts";
import { cleanPrediction, normalizeAnswer } from "./normalize.ts";
import { score } from "./score.ts";

/** See goldens/make_scores.py. */
interface GoldenCase {
  readonly prediction: string;
  readonly references: readonly string[];
  readonly cleaned: string;
  readonly all: number;
  readonly part?: number;
}

const goldens = JSON.parse(readFileSync(new URL("../../goldens/scores.json", import.meta.url), "utf8")) as readonly GoldenCase[];

describe("string match", () => {
  it("agrees with lm_eval's RULER on 400 predictions", () => {
    expect(goldens).toHaveLength(400);
    for (const { prediction, references, cleaned, all, part } of goldens) {
      expect(cleanPrediction(prediction)).toBe(cleaned);
      expect(score("match-all", prediction, references)).toBeCloseTo(all, 12);
      if (part !== undefined) expect(score("match-part", prediction, references)).toBe(part);
    }
  });

  it.each([
    ["match-all", " 1234567, 7654321.", ["1234567", "7654321"], 1],
    ["match-all", " 1234567.", ["1234567", "7654321", "1111111", "2222222"], 0.25],
    ["match-all", "nothing", ["1234567"], 0],
    ["match-all", "anything", [], 0],
    ["match-all", "ABCDE FGHIJ", ["abcde", "fghij"], 1],
    ["match-part", "It was the Lunar Mill.", ["lunar mill", "mill of Lund"], 1],
    ["match-part", "It was the Lunar\nMill.", ["lunar mill"], 0],
    ["match-part", "", ["x"], 0],
  ] as const)("%s of %j against %j is %d", (metric, prediction, references, expected) => {
    expect(score(metric, prediction, references)).toBe(expected);
  });
});

describe("token F1", () => {
  it.each([
    // 1 common token; precision 1/2, recall 1/1.
    ["Paris, France", ["Paris"], 2 / 3],
    // The articles and the full stop do not count: equal.
    ["The old mill.", ["an old mill"], 1],
    // "to" twice in the prediction, once in the reference: 2 common of 3 and 2.
    ["to to me", ["to me"], 4 / 5],
    // The better of two references.
    ["red boat", ["blue boat", "the red boat"], 1],
    ["red boat", ["green car"], 0],
    ["", ["x"], 0],
    // Nothing in common with nothing.
    ["the", ["a"], 0],
    // Punctuation goes without leaving a space.
    ["well-known", ["wellknown"], 1],
    ["one two three four", ["three four five six seven eight"], 0.4],
  ] as const)("of %j against %j is %d", (prediction, references, expected) => {
    expect(score("f1", prediction, references)).toBeCloseTo(expected, 12);
  });
});

describe("exact match", () => {
  it.each([
    [" Paris.", ["paris"], 1],
    ["The  Old\nMill", ["old mill"], 1],
    ["Paris, France", ["Paris"], 0],
    ["unknown", ["Unknown."], 1],
    ["3:45 pm", ["3:45 p.m."], 1],
    ["B", ["A", "B"], 1],
    ["anything", [], 0],
  ] as const)("of %j against %j is %d", (prediction, references, expected) => {
    expect(score("exact", prediction, references)).toBe(expected);
  });
});

it("scores every prediction from 0 to 1, and its own references 1", () => {
  const metrics: readonly Metric[] = ["match-all", "match-part", "f1", "exact"];
  fc.assert(
    fc.property(
      fc.constantFrom(...metrics),
      fc.string(),
      fc.array(fc.string(), { minLength: 1, maxLength: 4 }),
      (metric, prediction, references) => {
        const value = score(metric, prediction, references);
        expect(value).toBeGreaterThanOrEqual(0);
        expect(value).toBeLessThanOrEqual(1);
        if (references.some((reference) => normalizeAnswer(reference) !== "") && metric !== "f1") {
          const plain = references.map(normalizeAnswer);
          expect(score(metric, plain.join(" "), metric === "exact" ? [plain.join(" ")] : plain)).toBe(1);
        }
      },
    ),
  );
});
