import type { NeedleText } from "../words/index.ts";

/*
 * RULER's wording, scripts/data/synthetic/constants.py and niah.py. Where one key with one value is asked for, `niah.py` turns the whole
 * template into the singular.
 */

/** The sentence that states a fact. */
export function needleSentence(kind: NeedleText, key: string, value: string): string {
  return `One of the special magic ${kind} for ${key} is: ${value}.`;
}

/** The instruction before the context. */
export function niahPreamble(kind: NeedleText, isSingular: boolean): string {
  const noun = isSingular ? kind.slice(0, -1) : kind;
  return `${isSingular ? "A" : "Some"} special magic ${noun} ${isSingular ? "is" : "are"} hidden within the following text. Make sure to memorize it. I will quiz you about the ${noun} afterwards.`;
}

/** The question behind the context, and how its answer begins. */
export function niahQuestion(
  kind: NeedleText,
  isSingular: boolean,
  keys: readonly string[],
): { readonly text: string; readonly answerPrefix: string } {
  const noun = isSingular ? kind.slice(0, -1) : kind;
  const subject = `special magic ${noun} for ${listWords(keys)} mentioned in the provided text`;
  return { text: `What ${isSingular ? "is" : "are all"} the ${subject}?`, answerPrefix: ` The ${subject} ${isSingular ? "is" : "are"}` };
}

/** "a", "a, and b", "a, b, and c". */
export function listWords(words: readonly string[]): string {
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")}, and ${words.at(-1)}`;
}
