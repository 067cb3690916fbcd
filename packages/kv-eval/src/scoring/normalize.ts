const PUNCTUATION = /[!-/:-@[-`{-~]/g;
const ARTICLES = /\b(?:a|an|the)\b/g;
// oxlint-disable-next-line no-control-regex -- RULER replaces exactly these.
const CONTROL = /[\u0000-\u001F]/g;

/**
 * Lower case, without ASCII punctuation and the articles a, an, the; white space collapsed.
 * Source: LongBench, metrics.py, `normalize_answer`.
 */
export function normalizeAnswer(text: string): string {
  const words = text.toLowerCase().replaceAll(PUNCTUATION, "").replaceAll(ARTICLES, " ");
  return words.split(/\s+/).filter(Boolean).join(" ");
}

/** Trimmed, control characters made newlines. Source: RULER, scripts/eval/evaluate.py, `postprocess_pred`. */
export function cleanPrediction(text: string): string {
  return text.trim().replaceAll(CONTROL, "\n").trim();
}
