import type { Metric } from "../exercise.ts";
import { score } from "../scoring/index.ts";
import type { Answer, Answerer } from "./answerer.ts";
import { LookAhead } from "./look-ahead.ts";
import { planSamples, type LeftOutTask, type PlannedSample, type SamplePlan } from "./sample-plan.ts";

/** An answer with what it scored, from 0 to 1. */
export interface ScoredAnswer extends Omit<Answer, "text"> {
  readonly prediction: string;
  readonly score: number;
}

/** Everything known of one question: enough to make it again and to score it anew. */
export interface SampleResult {
  readonly task: string;
  readonly index: number;
  /** Seed of this exercise alone. */
  readonly seed: number;
  readonly question: string;
  readonly answerPrefix: string;
  readonly references: readonly string[];
  readonly metric: Metric;
  readonly policy: ScoredAnswer;
  /** The full cache's answer to the same prompt; absent where the policy is the full cache. */
  readonly full?: ScoredAnswer;
}

export interface SuiteOptions extends SamplePlan {
  readonly policy: string;
  /** Preset to compare with on the same prompts. */
  readonly baseline?: string;
  readonly answerer: Answerer;
  /** Requests in flight. */
  readonly concurrency: number;
  /** Ends the run; what is complete by then is returned. */
  readonly signal?: AbortSignal;
  readonly onAnswer?: (done: number, total: number, task: string) => void;
}

/** Results in order of tasks and samples. */
export interface SuiteRun {
  readonly samples: readonly SampleResult[];
  /** Whether nothing is missing but tasks that were left out. */
  readonly isComplete: boolean;
  /** What ended the run early, other than its signal. */
  readonly error?: unknown;
}

/** Asks all questions of a plan, several at a time, and scores the answers. */
export async function runSuite(options: SuiteOptions): Promise<SuiteRun> {
  const policies = options.baseline === undefined ? [options.policy] : [options.policy, options.baseline];
  let total = options.tasks.length * options.samples * policies.length;
  const stop = new AbortController();
  const signal = options.signal === undefined ? stop.signal : AbortSignal.any([options.signal, stop.signal]);
  const { onLeftOut } = options;
  const shrink = (left: LeftOutTask): void => {
    total -= (options.samples - left.samples) * policies.length;
    onLeftOut?.(left);
  };
  const jobs = new LookAhead(planJobs(onLeftOut === undefined ? options : { ...options, onLeftOut: shrink }, policies));
  const answered = new Map<PlannedSample, Map<string, ScoredAnswer>>();
  let done = 0;
  let isAllTaken = false;
  let failure: { readonly error: unknown } | undefined;

  const work = async (): Promise<void> => {
    try {
      while (!signal.aborted) {
        const job = jobs.take();
        isAllTaken ||= job === undefined;
        if (job === undefined) return;
        const { sample, policy } = job;
        const { text, ...rest } = await options.answerer.answer({ exercise: sample.exercise, question: sample.question, policy, signal });
        const scored = { prediction: text, score: score(sample.question.metric, text, sample.question.references), ...rest };
        const answers = answered.get(sample) ?? new Map<string, ScoredAnswer>();
        answered.set(sample, answers.set(policy, scored));
        options.onAnswer?.(++done, total, sample.task);
      }
    } catch (error) {
      // Requests that end because the run does are no failures of their own.
      if (!signal.aborted) failure = { error };
      stop.abort();
    }
  };
  await Promise.all(Array.from({ length: options.concurrency }, work));
  return {
    samples: collectResults(answered, options),
    isComplete: isAllTaken && done === total,
    ...(failure === undefined ? {} : { error: failure.error }),
  };
}

function* planJobs(
  plan: SamplePlan,
  policies: readonly string[],
): Generator<{ readonly sample: PlannedSample; readonly policy: string }, void, undefined> {
  for (const sample of planSamples(plan)) for (const policy of policies) yield { sample, policy };
}

function collectResults(
  answered: ReadonlyMap<PlannedSample, ReadonlyMap<string, ScoredAnswer>>,
  { tasks, policy, baseline }: SuiteOptions,
): SampleResult[] {
  const order = new Map(tasks.map(({ name }, index) => [name, index]));
  return [...answered]
    .flatMap(([{ task, index, seed, question }, answers]): SampleResult[] => {
      const own = answers.get(policy);
      const full = baseline === undefined ? undefined : answers.get(baseline);
      if (own === undefined || (baseline !== undefined && full === undefined)) return [];
      const { text, answerPrefix, references, metric } = question;
      const about = { task, index, seed, question: text, answerPrefix, references, metric };
      return [{ ...about, policy: own, ...(full === undefined ? {} : { full }) }];
    })
    .toSorted((a, b) => order.get(a.task)! - order.get(b.task)! || a.index - b.index);
}
