import { expect, it } from "vitest";
import { fakeEngine } from "../testing/fake-engine.ts";
import { randomPrompt } from "./random-prompt.ts";
import { runCases } from "./run-cases.ts";
import { median } from "./statistics.ts";

it("takes medians", () => {
  expect(median([3, 1, 2])).toBe(2);
  expect(median([4, 1, 3, 2])).toBe(2.5);
  expect(median([])).toBeNaN();
});

it("makes prompts that share no prefix, within the vocabulary", () => {
  const prompts = Array.from({ length: 50 }, (_, seed) => randomPrompt(64, 4096, seed));
  expect(new Set(prompts.map((prompt) => prompt.slice(0, 4).join())).size).toBe(50);
  expect(prompts.flat().every((token) => token >= 256 && token < 4096)).toBe(true);
  expect(randomPrompt(8, 4096, 3)).toEqual(randomPrompt(8, 4096, 3));
});

it("runs every case as often as asked", async () => {
  const engine = fakeEngine(() => "0123456789");
  const results = await runCases(engine, { prefill: [5, 20], decodeAt: [7], decodeTokens: 4, repeat: 3 });
  expect(results.map(({ measure, tokens, tokensPerSecondRuns }) => [measure, tokens, tokensPerSecondRuns.length])).toEqual([
    ["prefill", 5, 3],
    ["prefill", 20, 3],
    ["decode", 7, 3],
  ]);
  expect(results.every(({ tokensPerSecond }) => tokensPerSecond > 0)).toBe(true);
  expect(engine.requests).toHaveLength(1 + 9);
});
