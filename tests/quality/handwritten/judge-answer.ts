import { normalizeAnswer, score } from "../../../packages/kv-eval/src/scoring/index.ts";

/** How an answer stands to the accepted ones. */
export interface Judgement {
  readonly isExact: boolean;
  /** Whether an accepted answer occurs in it as whole words: right, but not only that. */
  readonly isContained: boolean;
  /** What it is where it is not exact. */
  readonly failure?: Failure;
}

/**
 * `too-long`: an accepted answer and more. `too-short`: a piece of one. `unknown`: gave up though the text tells. `should-be-unknown`:
 * answered though no text tells. `other-span`: other words of the texts. `not-in-text`: words that stand nowhere.
 */
export type Failure = "too-long" | "too-short" | "unknown" | "should-be-unknown" | "other-span" | "not-in-text";

const UNKNOWN = "unknown";

/** Judges an answer to a question about some texts. */
export function judgeAnswer(prediction: string, accepted: readonly string[], documents: readonly string[]): Judgement {
  const given = normalizeAnswer(prediction);
  const wanted = accepted.map(normalizeAnswer);
  const isExact = score("exact", prediction, accepted) === 1;
  const isContained = isExact || wanted.some((answer) => containsWords(given, answer));
  if (isExact) return { isExact, isContained };
  return { isExact, isContained, failure: failureOf(given, wanted, documents.map(normalizeAnswer)) };
}

function failureOf(given: string, wanted: readonly string[], documents: readonly string[]): Failure {
  if (wanted.some((answer) => containsWords(given, answer))) return "too-long";
  if (wanted.includes(UNKNOWN)) return "should-be-unknown";
  if (given === UNKNOWN) return "unknown";
  if (given !== "" && wanted.some((answer) => containsWords(answer, given))) return "too-short";
  return given !== "" && documents.some((text) => containsWords(text, given)) ? "other-span" : "not-in-text";
}

function containsWords(text: string, words: string): boolean {
  return ` ${text} `.includes(` ${words} `);
}
