import type { Engine } from "@kvasir/model-runtime";
import { measureConcurrent, type ConcurrentRun } from "./measure-concurrent.ts";
import { randomPrompt } from "./random-prompt.ts";
import type { SharedWorkload } from "./shared-workload.ts";
import { median } from "./statistics.ts";

export interface SharedCases {
  readonly workloads: readonly SharedWorkload[];
  /** Presets to measure; the first is the one the others are compared with. */
  readonly presets: readonly string[];
  /** Tokens of each request's own question, after what it shares. */
  readonly questionTokens: number;
  /** Tokens each request generates. */
  readonly decodeTokens: number;
  readonly repeat: number;
  readonly seed: number;
}

/** One preset on one workload. */
export interface SharedResult {
  readonly workload: string;
  readonly readers: number;
  readonly preset: string;
  /** Median over the rounds; see `ConcurrentRun`. */
  readonly decodeTokensPerSecond: number;
  readonly decodeTokensPerSecondRuns: readonly number[];
  readonly decodeCpuMsPerToken: number;
  readonly totalTokensPerSecond: number;
  /** Median over the rounds of the decode speed over that of the first preset in the same round; 1 for the first preset itself. */
  readonly ratio: number;
  readonly kvBytes: number;
  readonly unsharedKvBytes: number;
  /** Smallest share of the shared tokens that was found in the cache: below 1 context was computed during the run. */
  readonly warmShare: number;
  /** Requests, of all rounds, whose tokens are those of the first preset. */
  readonly equalOutputs: number;
  readonly outputs: number;
}

/**
 * Runs every workload under every preset `repeat` times. Presets take turns on the same prompts, first one first in even rounds and last
 * in odd ones, so that a disturbance or a warm cache favours none. The shared beginnings are in the cache before a run starts; questions
 * are new in every round.
 */
export async function runSharedCases(
  engine: Engine,
  cases: SharedCases,
  onRun?: (done: number, total: number) => void,
): Promise<SharedResult[]> {
  const { workloads, presets, repeat, decodeTokens } = cases;
  const runs = workloads.map(() => presets.map((): ConcurrentRun[] => []));
  const total = repeat * workloads.length * presets.length;
  let done = 0;
  for (let round = 0; round < repeat; round++) {
    for (const [index, workload] of workloads.entries()) {
      const prompts = askQuestions(engine, workload, cases, round);
      const order = [...presets.keys()];
      for (const at of round % 2 === 0 ? order : order.toReversed()) {
        const policy = presets[at] ?? "";
        for (const beginning of new Set(workload.beginnings)) await warm(engine, beginning, policy);
        runs[index]?.[at]?.push(await measureConcurrent(engine, prompts, { policy, maxTokens: decodeTokens }));
        onRun?.(++done, total);
      }
    }
  }
  return workloads.flatMap((workload, index) =>
    presets.map((preset, at) => summarise(engine, workload, preset, runs[index]?.[at] ?? [], runs[index]?.[0] ?? [])),
  );
}

/** Each request's prompt: what it shares, and a question nobody asked before. */
function askQuestions(engine: Engine, workload: SharedWorkload, { questionTokens, seed }: SharedCases, round: number): number[][] {
  return workload.beginnings.map((beginning, reader) => {
    const question = randomPrompt(questionTokens, engine.info.vocabularySize, (seed + 1) * 7919 + round * 1009 + reader);
    return [...beginning, ...question];
  });
}

/** Computes a beginning's KV; the prefix index keeps it. */
async function warm(engine: Engine, prompt: readonly number[], policy: string): Promise<void> {
  await measureConcurrent(engine, [prompt], { policy, maxTokens: 1 });
}

function summarise(
  engine: Engine,
  workload: SharedWorkload,
  preset: string,
  runs: readonly ConcurrentRun[],
  first: readonly ConcurrentRun[],
): SharedResult {
  const { pageSize } = engine.info;
  const fullPages = workload.beginnings.reduce((sum, beginning) => sum + Math.floor(beginning.length / pageSize) * pageSize, 0);
  const speeds = runs.map((run) => run.decodeTokensPerSecond);
  const pairs = runs.flatMap(({ outputs }, round) =>
    outputs.map((tokens, index) => tokens.join() === first[round]?.outputs[index]?.join()),
  );
  return {
    workload: workload.name,
    readers: workload.beginnings.length,
    preset,
    decodeTokensPerSecond: median(speeds),
    decodeTokensPerSecondRuns: speeds,
    decodeCpuMsPerToken: median(runs.map((run) => run.decodeCpuMsPerToken)),
    totalTokensPerSecond: median(runs.map((run) => run.totalTokensPerSecond)),
    ratio: median(speeds.map((speed, round) => speed / (first[round]?.decodeTokensPerSecond ?? Number.NaN))),
    kvBytes: Math.max(...runs.map((run) => run.kvBytes)),
    unsharedKvBytes: Math.max(...runs.map((run) => run.unsharedKvBytes)),
    warmShare: Math.min(1, ...runs.map((run) => run.cachedTokens / fullPages)),
    equalOutputs: pairs.filter(Boolean).length,
    outputs: pairs.length,
  };
}
