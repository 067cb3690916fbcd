import type { Engine } from "@kvasir/model-runtime";
import { measureGeneration } from "./measure-generation.ts";
import { randomPrompt } from "./random-prompt.ts";
import { median } from "./statistics.ts";

export interface BenchCases {
  /** Prompt lengths whose prefill is timed. */
  readonly prefill: readonly number[];
  /** Context lengths at which decoding is timed. */
  readonly decodeAt: readonly number[];
  /** Tokens decoded per measurement. */
  readonly decodeTokens: number;
  readonly repeat: number;
}

/** One line of the result: tokens per second, and for prefill the time to the first token. */
export interface BenchResult {
  readonly measure: "prefill" | "decode";
  /** Prompt length. */
  readonly tokens: number;
  readonly tokensPerSecond: number;
  readonly tokensPerSecondRuns: readonly number[];
  /** Median, in ms; of prefill only. */
  readonly timeToFirstTokenMs?: number;
}

/** Runs all cases `repeat` times, interleaved so that a disturbance hits all of them, after one round that warms up. */
export async function runCases(engine: Engine, cases: BenchCases, onRun?: (done: number, total: number) => void): Promise<BenchResult[]> {
  const prefill = cases.prefill.map((tokens) => ({ tokens, speeds: [] as number[], firstMs: [] as number[] }));
  const decode = cases.decodeAt.map((tokens) => ({ tokens, speeds: [] as number[] }));
  const total = cases.repeat * (prefill.length + decode.length);
  let done = 0;
  let seed = 1;
  const prompt = (length: number): number[] => randomPrompt(length, engine.info.vocabularySize, seed++);

  await measureGeneration(engine, prompt(Math.min(64, engine.info.maxModelLength - 4)), 2);
  for (let round = 0; round < cases.repeat; round++) {
    for (const result of prefill) {
      const timing = await measureGeneration(engine, prompt(result.tokens), 1);
      result.speeds.push((1000 * result.tokens) / timing.prefillMs);
      result.firstMs.push(timing.timeToFirstTokenMs);
      onRun?.(++done, total);
    }
    for (const result of decode) {
      const timing = await measureGeneration(engine, prompt(result.tokens), cases.decodeTokens);
      result.speeds.push((1000 * (timing.completionTokens - 1)) / timing.decodeMs);
      onRun?.(++done, total);
    }
  }
  return [
    ...prefill.map(({ tokens, speeds, firstMs }) => ({
      measure: "prefill" as const,
      tokens,
      tokensPerSecond: median(speeds),
      tokensPerSecondRuns: speeds,
      timeToFirstTokenMs: median(firstMs),
    })),
    ...decode.map(({ tokens, speeds }) => ({
      measure: "decode" as const,
      tokens,
      tokensPerSecond: median(speeds),
      tokensPerSecondRuns: speeds,
    })),
  ];
}
