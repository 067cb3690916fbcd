import type { Random } from "@kvasir/kv-eval";
import type { Names } from "./names.ts";

/** A question that its passage answers; `kind` names the pattern that found it. */
export interface Pair {
  readonly kind: string;
  readonly text: string;
  readonly answer: string;
}

/** What patterns look at. */
export interface Scene {
  readonly passage: string;
  readonly names: Names;
  readonly random: Random;
}

/** First letter in lower case where a determiner or pronoun began the sentence, for use within a question. */
export function midSentence(text: string): string {
  return text.replace(
    /^(?:The|This|That|These|Those|His|Her|Its|Their|My|Our|Your|An?|Some|Two|Three|Four|Five|Six|Seven|Eight|Nine|Ten|He|She|They|We|It|In|On|At|After|Before|During|By|One|Several|Many|Both|Another)\b/,
    (word) => word.toLowerCase(),
  );
}

/** Whether a word or phrase stands in the passage exactly once, so that a question about it has one answer. */
export function occursOnce(passage: string, phrase: string): boolean {
  const pattern = new RegExp(`(?<![A-Za-z])${escape(phrase)}(?![A-Za-z])`, "gi");
  return (passage.match(pattern)?.length ?? 0) === 1;
}

export function escape(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}

/** Some wordings of one question, each with the same answer. */
export function ask(random: Random, kind: string, answer: string, wordings: readonly string[], most = 3): Pair[] {
  const count = Math.min(wordings.length, random.integer(1, most));
  return random.sample(wordings, count).map((text) => ({ kind, text: text.charAt(0).toUpperCase() + text.slice(1), answer }));
}

/** Leaves out questions that would have two answers, repeated ones, and answers that the question gives away or that are no span. */
export function settle(passage: string, pairs: readonly Pair[]): Pair[] {
  const answers = new Map<string, Set<string>>();
  for (const { text, answer } of pairs) answers.set(text, (answers.get(text) ?? new Set()).add(answer.toLowerCase()));
  const seen = new Set<string>();
  return pairs.filter(({ text, answer }) => {
    if (seen.has(text) || (answers.get(text)?.size ?? 0) > 1) return false;
    seen.add(text);
    if (/["\n]/.test(answer) || answer.length < 2 || !passage.includes(answer)) return false;
    return !new RegExp(`\\b${escape(answer)}\\b`, "i").test(text);
  });
}
