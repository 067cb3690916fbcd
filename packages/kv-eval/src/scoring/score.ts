import type { Metric } from "../exercise.ts";
import { matchAll, matchPart } from "./string-match.ts";
import { exactMatch, tokenF1 } from "./token-f1.ts";

const METRICS: Readonly<Record<Metric, (prediction: string, references: readonly string[]) => number>> = {
  "match-all": matchAll,
  "match-part": matchPart,
  f1: tokenF1,
  exact: exactMatch,
};

/** Scores what a model wrote after the answer prefix, from 0 to 1; benchmarks print the mean times 100. */
export function score(metric: Metric, prediction: string, references: readonly string[]): number {
  return METRICS[metric](prediction, references);
}
