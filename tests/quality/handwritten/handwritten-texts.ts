import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** A question about a text, in plain words. */
export interface HandwrittenQuestion {
  readonly text: string;
  /** Accepted answers; the first of an unanswerable question is `unknown`. */
  readonly answers: readonly string[];
}

/** A text as a person would paste it, with questions whose answers are short spans of it. */
export interface HandwrittenText {
  readonly name: string;
  readonly kind: string;
  readonly text: string;
  readonly questions: readonly HandwrittenQuestion[];
}

/** Texts that stand together in the harder half of the test, in the order of their names. */
export const GROUP_SIZE = 6;

const DIRECTORY = join(import.meta.dirname, "texts");

/** Every text of the test, ordered by name. Nothing here is ever trained on. */
export function readHandwrittenTexts(): readonly HandwrittenText[] {
  return readdirSync(DIRECTORY)
    .sort()
    .map((file) => parseText(file.replace(/\.txt$/, ""), readFileSync(join(DIRECTORY, file), "utf8")));
}

/** Splits texts into groups of `GROUP_SIZE`. */
export function groupTexts(texts: readonly HandwrittenText[]): readonly (readonly HandwrittenText[])[] {
  return Array.from({ length: Math.ceil(texts.length / GROUP_SIZE) }, (_, index) =>
    texts.slice(index * GROUP_SIZE, (index + 1) * GROUP_SIZE),
  );
}

/** `kind: KIND`, the text, and pairs of `Q: question` and `A: answer | alternative`, parted by lines of three hyphens. */
function parseText(name: string, source: string): HandwrittenText {
  const [head, text, pairs, ...rest] = source.split("\n---\n");
  const kind = /^kind: (.+)$/.exec(head ?? "")?.[1];
  if (kind === undefined || text === undefined || pairs === undefined || rest.length > 0) {
    throw new Error(`${name} is not in the form "kind, text, questions".`);
  }
  const questions = pairs
    .trim()
    .split("\n\n")
    .map((pair) => {
      const match = /^Q: (.+)\nA: (.+)$/.exec(pair);
      if (match === null) throw new Error(`${name}: "${pair}" is no pair of question and answers.`);
      return { text: match[1]!, answers: match[2]!.split(" | ") };
    });
  return { name, kind, text: text.trim(), questions };
}
