import type { Random } from "@kvasir/kv-eval";
import { surround } from "../chat/chat.ts";
import type { Example, Part, Turn } from "./example.ts";

const REQUESTS = [
  "Answer the question based on the text.",
  "Read the text and answer the question.",
  "Use the text to answer.",
  "Please answer from the text above.",
  "Answer with the words of the text.",
  "Here is a text. I have a question about it.",
  "Please read this and tell me:",
] as const;

/**
 * Puts documents and questions into a conversation, in one of the ways in which people do: documents as contexts of their own, pasted
 * before or after the first question, or as plain text of a base model's prompt.
 */
export function askAboutDocuments(random: Random, task: string, documents: readonly Part[], turns: readonly Turn[]): Example {
  const way = random.fraction();
  if (way < 0.6) return { task, parts: [...documents, ...turns.flatMap(({ question, answer }) => ask(question, answer))] };
  const text = documents.map((document) => document.text).join(random.pick(["\n\n", "\n\n", "\n", "\n\n---\n\n"]));
  const [first, ...rest] = turns;
  if (first === undefined) return { task, parts: [{ kind: "text", text }] };
  if (way < 0.68) {
    const asked = turns.map(({ question, answer }) => ({ text: question, answer }));
    const messages = surround(random, asked, text);
    return { task, parts: messages.map(({ role, content }) => ({ kind: role, text: role === "assistant" ? ` ${content}` : content })) };
  }
  if (way < 0.95) {
    const gap = random.pick(["\n\n", "\n\n", "\n"]);
    const request = random.chance(0.3) ? `${random.pick(REQUESTS)}${gap}` : "";
    const label = random.chance(0.2) ? "Question: " : "";
    const message = random.chance(0.75)
      ? random.chance(0.5)
        ? `${request}${text}${gap}${label}${first.question}`
        : `${text}${gap}${request}${label}${first.question}`
      : `${label}${first.question}${gap}${text}`;
    return { task, parts: [...ask(message, first.answer), ...rest.flatMap(({ question, answer }) => ask(question, answer))] };
  }
  const plain: Part[] = [{ kind: "document", text }];
  for (const { question, answer } of turns) {
    plain.push({ kind: "text", text: `Question: ${question}\nAnswer:` }, { kind: "text", text: ` ${answer}\n` });
  }
  return { task, parts: plain };
}

function ask(question: string, answer: string): Part[] {
  return [
    { kind: "user", text: question },
    { kind: "assistant", text: ` ${answer}` },
  ];
}
