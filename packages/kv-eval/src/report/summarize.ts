import type { SampleResult, ScoredAnswer } from "../run/run-suite.ts";
import { bootstrapMean, differences, type Interval } from "../statistics/bootstrap.ts";
import { mean } from "../statistics/moments.ts";

/** Means over the samples of a task; figures that the answering side did not report are absent. */
export interface TaskSummary {
  readonly task: string;
  readonly samples: number;
  /** From 0 to 100, with its 95 % bootstrap interval. */
  readonly score: Interval;
  /** The full cache's score on the same prompts, where it was asked. */
  readonly fullScore?: Interval;
  /** `score - fullScore` with its paired 95 % bootstrap interval. */
  readonly difference?: Interval;
  readonly promptTokens: number;
  readonly completionTokens: number;
  readonly keptRatio?: number;
  /** Resident at the end of a request. */
  readonly kvBytes?: number;
  readonly denseKvBytes?: number;
  /** Per answer of the policy. */
  readonly seconds: number;
}

/** Per task, and over the tasks: every task weighs the same, as in RULER. */
export interface SuiteSummary {
  readonly tasks: readonly TaskSummary[];
  readonly mean: TaskSummary;
}

/** Sums a run up. The same results and seed give the same intervals. */
export function summarize(samples: readonly SampleResult[], seed: number): SuiteSummary {
  const groups = [...new Set(samples.map(({ task }) => task))].map(
    (task) => [task, samples.filter((sample) => sample.task === task)] as const,
  );
  return {
    tasks: groups.map(([task, results]) => summarizeGroups(task, [results], seed)),
    mean: summarizeGroups(
      "mean",
      groups.map(([, results]) => results),
      seed,
    ),
  };
}

function summarizeGroups(task: string, groups: readonly (readonly SampleResult[])[], seed: number): TaskSummary {
  const interval = (pick: (sample: SampleResult) => number): Interval =>
    bootstrapMean(
      groups.map((group) => group.map(pick)),
      { seed },
    );
  const figure = (pick: (answer: ScoredAnswer) => number | undefined): number | undefined => {
    const values = groups.map((group) => group.map(({ policy }) => pick(policy)));
    if (values.flat().some((value) => value === undefined)) return undefined;
    return mean((values as number[][]).map(mean));
  };
  const hasFull = groups.flat().every(({ full }) => full !== undefined);
  const percent = (answer: ScoredAnswer | undefined): number => 100 * (answer?.score ?? Number.NaN);
  const paired = groups.map((group) =>
    differences(
      group.map(({ policy }) => percent(policy)),
      group.map(({ full }) => percent(full)),
    ),
  );
  const keptRatio = figure(({ usage }) => usage.keptRatio);
  const kvBytes = figure(({ usage }) => usage.kvBytes);
  const denseKvBytes = figure(({ usage }) => usage.denseKvBytes);
  return {
    task,
    samples: groups.reduce((sum, group) => sum + group.length, 0),
    score: interval(({ policy }) => percent(policy)),
    ...(hasFull ? { fullScore: interval(({ full }) => percent(full)), difference: bootstrapMean(paired, { seed }) } : {}),
    promptTokens: figure(({ usage }) => usage.promptTokens) ?? Number.NaN,
    completionTokens: figure(({ usage }) => usage.completionTokens) ?? Number.NaN,
    ...(keptRatio === undefined ? {} : { keptRatio }),
    ...(kvBytes === undefined ? {} : { kvBytes }),
    ...(denseKvBytes === undefined ? {} : { denseKvBytes }),
    seconds: figure(({ seconds }) => seconds) ?? Number.NaN,
  };
}
