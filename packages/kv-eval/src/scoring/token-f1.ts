import { normalizeAnswer } from "./normalize.ts";

/**
 * Best token F1 between a prediction and one of the references: harmonic mean of the shares of tokens that they have in common.
 * Source: LongBench, metrics.py, `qa_f1_score`; a prediction without tokens scores 0.
 */
export function tokenF1(prediction: string, references: readonly string[]): number {
  const predicted = tokens(prediction);
  return Math.max(0, ...references.map((reference) => pairF1(predicted, tokens(reference))));
}

/** 1 where the normalized prediction equals a normalized reference, else 0. */
export function exactMatch(prediction: string, references: readonly string[]): number {
  const text = normalizeAnswer(prediction);
  return references.some((reference) => normalizeAnswer(reference) === text) ? 1 : 0;
}

function tokens(text: string): readonly string[] {
  const normalized = normalizeAnswer(text);
  return normalized === "" ? [] : normalized.split(" ");
}

function pairF1(predicted: readonly string[], wanted: readonly string[]): number {
  const left = new Map<string, number>();
  for (const token of wanted) left.set(token, (left.get(token) ?? 0) + 1);
  let common = 0;
  for (const token of predicted) {
    const count = left.get(token) ?? 0;
    if (count > 0) {
      common++;
      left.set(token, count - 1);
    }
  }
  if (common === 0) return 0;
  const precision = common / predicted.length;
  const recall = common / wanted.length;
  return (2 * precision * recall) / (precision + recall);
}
