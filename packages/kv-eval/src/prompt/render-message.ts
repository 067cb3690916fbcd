import type { Exercise, Question } from "../exercise.ts";

/** A user message, and where in it each document begins (UTF-16). */
export interface RenderedMessage {
  readonly text: string;
  readonly documentStarts: readonly number[];
}

/**
 * Puts preamble, documents and question into one user message. RULER's prompts (`one-message`) stand on lines of their own, without
 * marks; documents that are cached one by one elsewhere (`documents`) get a title and blank lines around them.
 */
export function renderMessage(exercise: Exercise, question: Question): RenderedMessage {
  const isTitled = exercise.layout === "documents";
  const separator = isTitled ? "\n\n" : "\n";
  let text = exercise.preamble;
  const documentStarts = exercise.documents.map((document, index) => {
    if (text !== "") text += separator;
    if (isTitled) text += documentTitle(index);
    const start = text.length;
    text += document;
    return start;
  });
  return { text: `${text}${text === "" ? "" : separator}${question.text}`, documentStarts };
}

/** What stands before a document of a message that holds several. */
export function documentTitle(index: number): string {
  return `Document ${index + 1}:\n`;
}
