import type { Engine, EngineStats, GenerationRequest } from "@kvasir/model-runtime";
import { expect, it } from "vitest";
import { fakeEngine } from "../testing/fake-engine.ts";
import type { BenchOptions } from "./bench-options.ts";
import { measureConcurrent } from "./measure-concurrent.ts";
import { runSharedCases, type SharedResult } from "./run-shared-cases.ts";
import { sharedSuite } from "./shared-suite.ts";
import { groupsOfReaders, nestedContexts, oneContext } from "./shared-workload.ts";

const source = { vocabularySize: 4096, seed: 1 };
const stats: EngineStats = {
  promptTokens: 0,
  prefillTokensComputed: 0,
  cachedTokens: 0,
  generatedTokens: 0,
  preemptions: 0,
  savedTokenReads: 0,
  requestsRunning: 0,
  requestsWaiting: 0,
  pages: { free: 0, referenced: 5, cached: 0 },
  kvBytes: { pool: 0, used: 0 },
};

function engineWithStats(answer: (prompt: string) => string): Engine & { readonly requests: GenerationRequest[] } {
  return { ...fakeEngine(answer), stats: async () => stats };
}

const options: BenchOptions = {
  suite: "shared",
  prefill: [],
  decodeAt: [],
  decodeTokens: 4,
  repeat: 2,
  seed: 1,
  readers: [1, 3],
  contextTokens: 64,
  questionTokens: 5,
  groups: { groups: 2, readers: 2 },
  nested: { departments: 2, conversations: 2, readers: 2 },
  baseline: "full",
  compare: [],
};

/** Tokens that two prompts have in common at their start. */
function commonTokens(a: readonly number[] = [], b: readonly number[] = []): number {
  const end = a.findIndex((token, index) => token !== b[index]);
  return end < 0 ? a.length : end;
}

it("makes groups of unequal length that share nothing between them", () => {
  const { beginnings } = groupsOfReaders({ groups: 4, readers: 8 }, 4096, source);
  expect(beginnings).toHaveLength(32);
  expect([...new Set(beginnings.map((tokens) => tokens.length))]).toEqual([4096, 3067, 2043, 1019]);
  expect(new Set(beginnings).size).toBe(4);
  expect(commonTokens(beginnings[0], beginnings[8])).toBeLessThan(16);
  expect(commonTokens(beginnings[0], beginnings[7])).toBe(4096);
});

it("nests conversations in departments in a handbook", () => {
  const { beginnings } = nestedContexts({ departments: 2, conversations: 3, readers: 2 }, 800, source);
  expect(beginnings).toHaveLength(12);
  expect(commonTokens(beginnings[0], beginnings[1])).toBe(700);
  expect(commonTokens(beginnings[0], beginnings[2])).toBe(600);
  expect(commonTokens(beginnings[0], beginnings[6])).toBe(400);
});

it("gives the same tokens for the same seed alone", () => {
  expect(oneContext(2, 100, source)).toEqual(oneContext(2, 100, source));
  expect(oneContext(2, 100, source)).not.toEqual(oneContext(2, 100, { ...source, seed: 2 }));
});

it("counts tokens while all requests decode, and the pages they hold", async () => {
  const run = await measureConcurrent(
    engineWithStats(() => "abcdef"),
    [[1], [2], [3]],
    { policy: "full", maxTokens: 5 },
  );
  expect(run.outputs.map((tokens) => tokens.length)).toEqual([5, 5, 5]);
  expect(run.kvBytes).toBe(5 * 16 * 8192);
  expect(run.unsharedKvBytes).toBe(3 * 16_384);
  expect(run.decodeTokensPerSecond).toBeGreaterThan(0);
  expect(run.totalTokensPerSecond).toBeGreaterThan(0);
});

it("gives every preset the same prompts, warmed first, in changing order", async () => {
  const engine = engineWithStats((prompt) => prompt.slice(-4));
  const presets = ["full", "streaming"];
  const workloads = [oneContext(2, 64, source)];
  const results = await runSharedCases(engine, { workloads, presets, questionTokens: 5, decodeTokens: 4, repeat: 2, seed: 1 });
  expect(engine.requests.map((request) => request.policy)).toEqual([
    ...["full", "full", "full", "streaming", "streaming", "streaming"],
    ...["streaming", "streaming", "streaming", "full", "full", "full"],
  ]);
  const prompts = engine.requests.map(({ prompt }) => prompt.join());
  expect(prompts.slice(0, 3)).toEqual(prompts.slice(3, 6));
  // Questions change from round to round.
  expect(prompts[1]).not.toBe(prompts[7]);
  expect(results.map(({ preset, readers, equalOutputs, outputs }) => [preset, readers, equalOutputs, outputs])).toEqual([
    ["full", 2, 4, 4],
    ["streaming", 2, 4, 4],
  ]);
  expect(results[0]?.ratio).toBe(1);
  // The fake engine has no cache.
  expect(results[0]?.warmShare).toBe(0);
});

it("notices a preset whose answers differ", async () => {
  let count = 0;
  const engine = engineWithStats(() => String(count++).padStart(4, "0"));
  const workloads = [oneContext(2, 64, source)];
  const [, other] = await runSharedCases(engine, {
    workloads,
    presets: ["full", "streaming"],
    questionTokens: 5,
    decodeTokens: 4,
    repeat: 1,
    seed: 1,
  });
  expect(other?.equalOutputs).toBe(0);
});

it("reports every case under every preset", async () => {
  const { table, report } = await sharedSuite.run(
    engineWithStats(() => "abcdef"),
    "streaming",
    options,
    () => {},
  );
  const results = report["results"] as SharedResult[];
  expect(results.map(({ readers, preset }) => [readers, preset])).toEqual(
    [1, 3, 4, 8].flatMap((n) => [
      [n, "full"],
      [n, "streaming"],
    ]),
  );
  expect(table).toContain("2 groups of 2 x 64+27");
  expect(table).toContain("NOT WARM");
});

it("refuses what the model or the config does not have", async () => {
  const engine = engineWithStats(() => "a");
  await expect(sharedSuite.run(engine, "full", { ...options, compare: ["none"] }, () => {})).rejects.toThrow('no policy preset "none"');
  await expect(sharedSuite.run(engine, "full", { ...options, contextTokens: 8192 }, () => {})).rejects.toThrow("limit is 8192");
});
