import { bootstrapMean, type Interval } from "../statistics/bootstrap.ts";
import { mean } from "../statistics/moments.ts";
import type { AgreementSample } from "./run-agreement.ts";

/** Means over the samples of a task. */
export interface AgreementTaskSummary {
  readonly task: string;
  readonly samples: number;
  /** Steps compared, of all samples. */
  readonly steps: number;
  /** Percent of steps, with its 95 % bootstrap interval over samples. */
  readonly topOne: Interval;
  /** KL(full || policy) per step, nats, with its 95 % bootstrap interval over samples. */
  readonly divergence: Interval;
  readonly keptRatio: number;
  readonly kvBytes: number;
  /** Per sample, both passes. */
  readonly seconds: number;
}

/** Per task, and over the tasks, each of which weighs the same. */
export interface AgreementSummary {
  readonly tasks: readonly AgreementTaskSummary[];
  readonly mean: AgreementTaskSummary;
}

/** Sums a run up. The same results and seed give the same intervals. */
export function summarizeAgreement(samples: readonly AgreementSample[], seed: number): AgreementSummary {
  const tasks = [...new Set(samples.map(({ task }) => task))];
  const groups = tasks.map((task) => samples.filter((sample) => sample.task === task));
  return {
    tasks: groups.map((group, index) => summarizeGroups(tasks[index]!, [group], seed)),
    mean: summarizeGroups("mean", groups, seed),
  };
}

function summarizeGroups(task: string, groups: readonly (readonly AgreementSample[])[], seed: number): AgreementTaskSummary {
  const values = (pick: (sample: AgreementSample) => number): number[][] => groups.map((group) => group.map(pick));
  const overall = (pick: (sample: AgreementSample) => number): number => mean(values(pick).map(mean));
  return {
    task,
    samples: groups.flat().length,
    steps: groups.flat().reduce((sum, { divergences }) => sum + divergences.length, 0),
    topOne: bootstrapMean(
      values(({ topOne }) => 100 * topOne),
      { seed },
    ),
    divergence: bootstrapMean(
      values(({ divergence }) => divergence),
      { seed },
    ),
    keptRatio: overall(({ usage }) => usage.keptRatio ?? Number.NaN),
    kvBytes: overall(({ usage }) => usage.kvBytes ?? Number.NaN),
    seconds: overall(({ seconds }) => seconds),
  };
}
