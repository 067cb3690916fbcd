import type { Engine } from "@kvasir/model-runtime";
import type { PromptText } from "../prompt/prompt-text.ts";
import type { AnswerUsage } from "../run/answerer.ts";
import { tenantOf, usageOf } from "../run/engine-answerer.ts";
import { LookAhead } from "../run/look-ahead.ts";
import { planSamples, type LeftOutTask, type PlannedSample, type SamplePlan } from "../run/sample-plan.ts";
import { mean } from "../statistics/moments.ts";
import { klDivergence, mostLikely } from "./divergence.ts";

/** How one answer of the full cache looks under a policy, step by step. */
export interface AgreementSample {
  readonly task: string;
  readonly index: number;
  readonly seed: number;
  readonly question: string;
  /** What the full cache answers; the policy is made to take the same tokens. */
  readonly prediction: string;
  readonly references: readonly string[];
  /** Steps at which the policy's most likely token is that of the full cache / all steps. */
  readonly topOne: number;
  /** Mean over the steps of KL(full || policy), nats. */
  readonly divergence: number;
  /** Per step. */
  readonly agrees: readonly boolean[];
  /** Per step, nats. */
  readonly divergences: readonly number[];
  /** Of the policy. */
  readonly usage: AnswerUsage;
  /** Of both passes. */
  readonly seconds: number;
}

export interface AgreementOptions extends Pick<SamplePlan, "tasks" | "samples" | "length" | "seed" | "onLeftOut"> {
  readonly engine: Engine;
  readonly text: PromptText;
  readonly policy: string;
  /** Preset to agree with. */
  readonly baseline: string;
  readonly signal?: AbortSignal;
  readonly onSample?: (done: number, total: number, task: string) => void;
}

export interface AgreementRun {
  readonly samples: readonly AgreementSample[];
  readonly isComplete: boolean;
  /** What ended the run early, other than its signal. */
  readonly error?: unknown;
}

/**
 * Compares a policy with the full cache where both have read the same tokens: the full cache answers greedily, then its answer is forced
 * upon the policy. One request at a time, so that both passes run the very same steps: the full cache agrees with itself to the last bit.
 */
export async function runAgreement(options: AgreementOptions): Promise<AgreementRun> {
  const { tasks, samples, length, seed, text, signal, onLeftOut } = options;
  const { countTokens, overhead } = text;
  let total = tasks.length * samples;
  const shrink = (left: LeftOutTask): void => {
    total -= samples - left.samples;
    onLeftOut?.(left);
  };
  const plan = { tasks, samples, length, seed, countTokens, overhead };
  const planned = new LookAhead(planSamples(onLeftOut === undefined ? plan : { ...plan, onLeftOut: shrink }));
  const results: AgreementSample[] = [];
  try {
    for (let sample = planned.take(); sample !== undefined && signal?.aborted !== true; sample = planned.take()) {
      results.push(await compare(sample, options));
      options.onSample?.(results.length, total, sample.task);
    }
  } catch (error) {
    // A pass that ends because the run does is no failure.
    if (signal?.aborted !== true) return { samples: results, isComplete: false, error };
  }
  return { samples: results, isComplete: results.length === total };
}

async function compare(sample: PlannedSample, options: AgreementOptions): Promise<AgreementSample> {
  const { task, index, seed, exercise, question } = sample;
  const start = performance.now();
  const prompt = options.text.promptTokens(exercise, question).tokens;
  const rows: Float32Array[] = [];
  const full = await pass(options, prompt, question.maxNewTokens, { policy: options.baseline, onRow: (row) => rows.push(row) });
  const agrees: boolean[] = [];
  const divergences: number[] = [];
  const forced = await pass(options, prompt, full.tokens.length, {
    policy: options.policy,
    // A tenant of its own, or the second pass would find the first one's pages and compute less.
    suffix: " replay",
    forcedTokens: full.tokens,
    onRow: (row, step) => {
      agrees.push(mostLikely(row) === mostLikely(rows[step]!));
      divergences.push(klDivergence(rows[step]!, row));
    },
  });
  return {
    task,
    index,
    seed,
    question: question.text,
    prediction: full.text,
    references: question.references,
    topOne: mean(agrees.map(Number)),
    divergence: mean(divergences),
    agrees,
    divergences,
    usage: forced.usage,
    seconds: (performance.now() - start) / 1000,
  };
}

interface Pass {
  readonly tokens: readonly number[];
  readonly text: string;
  readonly usage: AnswerUsage;
}

async function pass(
  { engine, signal }: AgreementOptions,
  prompt: readonly number[],
  maxTokens: number,
  how: {
    readonly policy: string;
    readonly suffix?: string;
    readonly forcedTokens?: readonly number[];
    readonly onRow: (row: Float32Array, step: number) => void;
  },
): Promise<Pass> {
  const request = {
    prompt,
    contexts: [],
    policy: how.policy,
    tenant: `${tenantOf(how.policy)}${how.suffix ?? ""}`,
    maxTokens,
    sampling: { temperature: 0 },
    stop: [],
    ignoreEos: how.forcedTokens !== undefined,
    fullLogprobs: true,
    ...(how.forcedTokens === undefined ? {} : { forcedTokens: how.forcedTokens }),
  };
  const tokens: number[] = [];
  let text = "";
  for await (const event of engine.generate(request, signal === undefined ? undefined : AbortSignal.any([signal]))) {
    if (event.type === "token-delta") {
      for (const [offset, row] of (event.fullLogprobs ?? []).entries()) how.onRow(row, tokens.length + offset);
      tokens.push(...event.tokens);
      text += event.text;
    }
    if (event.type === "finished" && event.reason !== "cancelled") return { tokens, text, usage: usageOf(event.usage) };
  }
  signal?.throwIfAborted();
  throw new DOMException("The engine ended the request before its answer was complete.", "AbortError");
}
