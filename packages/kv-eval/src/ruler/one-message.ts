import type { ExerciseRequest, EvidenceSpan, Question } from "../exercise.ts";

/** A part of a document; a marked one can be pointed at. */
export interface Part {
  readonly text: string;
  readonly mark?: number;
}

/** A document and where its marked parts lie. */
export interface MarkedText {
  readonly text: string;
  readonly spans: ReadonlyMap<number, EvidenceSpan>;
}

/** Joins parts to document 0. */
export function joinParts(parts: readonly Part[], separator: string): MarkedText {
  const spans = new Map<number, EvidenceSpan>();
  let start = 0;
  for (const { text, mark } of parts) {
    if (mark !== undefined) spans.set(mark, { document: 0, start, end: start + text.length });
    start += text.length + separator.length;
  }
  return { text: parts.map(({ text }) => text).join(separator), spans };
}

/** The user message of RULER: instruction, context and question on lines of their own; an empty part takes no line. */
export function oneMessage(preamble: string, document: string, question: string): string {
  return [preamble, document, question].filter((part) => part !== "").join("\n");
}

/** Tokens that an exercise of one document takes with the longest of its questions, everything counted. */
export function createSizeCounter(
  { countTokens, overhead }: ExerciseRequest,
  preamble: string,
  questions: readonly Pick<Question, "text" | "answerPrefix" | "maxNewTokens">[],
): (document: string) => number {
  const costs = questions.map(({ text, answerPrefix, maxNewTokens }) => {
    const rest = countTokens(answerPrefix) + maxNewTokens + (overhead?.perDocument ?? 0) + (overhead?.perQuestion ?? 0);
    return { text, rest, whole: questions.length > 1 ? rest + countTokens(text) : rest };
  });
  const longest = costs.reduce((a, b) => (b.whole > a.whole ? b : a));
  return (document) => countTokens(oneMessage(preamble, document, longest.text)) + longest.rest;
}
