import { cleanPrediction } from "./normalize.ts";

/** Share of references that occur in a prediction, in any case. Source: RULER, scripts/eval/synthetic/constants.py, `string_match_all`. */
export function matchAll(prediction: string, references: readonly string[]): number {
  return references.length === 0 ? 0 : occurring(prediction, references) / references.length;
}

/** 1 where any reference occurs in a prediction, in any case, else 0. Source: RULER, `string_match_part`. */
export function matchPart(prediction: string, references: readonly string[]): number {
  return occurring(prediction, references) > 0 ? 1 : 0;
}

function occurring(prediction: string, references: readonly string[]): number {
  const text = cleanPrediction(prediction).toLowerCase();
  return references.filter((reference) => text.includes(reference.toLowerCase())).length;
}
