import { renderMessage, type Exercise, type Question, type Random } from "@kvasir/kv-eval";
import { askAboutDocuments } from "./ask-about-documents.ts";
import type { Example, Part } from "./example.ts";

/** Turns a benchmark exercise with its questions into a conversation. */
export function exerciseExample(random: Random, exercise: Exercise): Example {
  const { task, documents, layout, questions } = exercise;
  if (layout === "documents") {
    const parts = documents.map((text): Part => ({ kind: "document", text }));
    return askAboutDocuments(
      random,
      task,
      parts,
      questions.map(({ text, completion }) => ({ question: text, answer: completion.trimStart() })),
    );
  }
  const [first, ...rest] = questions;
  const context = documents.join("\n");
  if (first === undefined) return { task, parts: [{ kind: "document", text: context }] };
  const message = renderMessage(exercise, first).text;
  const way = random.fraction();
  // As a base model is asked: all of it plain text.
  if (way < 0.08) {
    return { task, parts: [{ kind: "document", text: message }, { kind: "text", text: first.answerPrefix }, ...completion(first)] };
  }
  if (way < 0.3)
    return { task, parts: [{ kind: "document", text: context }, ...questions.flatMap((question) => ask(random, question.text, question))] };
  return { task, parts: [...ask(random, message, first), ...rest.flatMap((question) => ask(random, question.text, question))] };
}

/** A turn; mostly with the benchmark's beginning of the answer, at times without. */
function ask(random: Random, message: string, question: Question): Part[] {
  const hasPrefix = question.answerPrefix !== "" && random.chance(0.75);
  return [
    { kind: "user", text: message },
    ...(hasPrefix ? [{ kind: "prefix", text: question.answerPrefix } as const] : []),
    ...completion(question),
  ];
}

function completion(question: Question): Part[] {
  const text = question.completion;
  return [{ kind: "assistant", text: text.startsWith(" ") ? text : ` ${text}` }];
}
