import type { Random } from "@kvasir/kv-eval";
import { betweenQuestions, middles } from "./middles.ts";
import { closings, openings } from "./openings.ts";
import type { Topic } from "./topic.ts";

/** A message of a conversation. */
export interface ChatMessage {
  readonly role: "user" | "assistant";
  readonly content: string;
}

/** A question that a document answers. */
export interface AnsweredQuestion {
  readonly text: string;
  readonly answer: string;
}

/** Short conversation without a document: one to six turns of user and assistant. */
export function generateChat(random: Random): ChatMessage[] {
  const turns = random.integer(1, 6);
  const opening = turns > 1 && random.chance(0.6) ? [random.pick(openings)] : [];
  const closing = turns > 2 && random.chance(0.5) ? [random.pick(closings)] : [];
  const anyTopic = turns === 1 ? [...openings, ...middles, ...closings] : middles;
  const middle = random.sample(anyTopic, turns - opening.length - closing.length);
  return [...opening, ...middle, ...closing].flatMap((topic) => turnOf(topic, random));
}

/** Answers with which a document is taken that comes in a message of its own. */
const received = [
  "I have read it. What do you want to know?",
  "Thank you. What is your question?",
  "Got it. Ask me about it.",
  "I have the text. Please ask.",
];
const handing = [
  "Here is the text:",
  "Read this:",
  "Please read this text.",
  "This is the document:",
  "Here you are:",
  "I have this text:",
];

/**
 * Puts small talk around questions about a document.
 *
 * @param document Text that the questions are about, given with the first question or in a message before it; without it the questions
 * already say what they are about.
 */
export function surround(random: Random, turns: readonly AnsweredQuestion[], document?: string): ChatMessage[] {
  const messages: ChatMessage[] = [];
  if (random.chance(0.4)) messages.push(...turnOf(random.pick(openings), random));
  let pending = document;
  if (pending !== undefined && random.chance(0.4)) {
    messages.push(
      { role: "user", content: `${random.pick(handing)}\n\n${pending}` },
      { role: "assistant", content: random.pick(received) },
    );
    pending = undefined;
  }
  turns.forEach(({ text, answer }, index) => {
    if (index > 0 && random.chance(0.2)) messages.push(...turnOf(random.pick(betweenQuestions), random));
    const content = pending === undefined ? text : random.chance(0.7) ? `${pending}\n\n${text}` : `${text}\n\n${pending}`;
    pending = undefined;
    messages.push({ role: "user", content }, { role: "assistant", content: answer });
  });
  if (random.chance(0.3)) messages.push(...turnOf(random.pick(closings), random));
  return messages;
}

function turnOf({ users, answers }: Topic, random: Random): ChatMessage[] {
  return [
    { role: "user", content: asTyped(random.pick(users), random) },
    { role: "assistant", content: random.pick(answers) },
  ];
}

/** What people leave out when they type fast: capitals and the last stop. */
function asTyped(text: string, random: Random): string {
  const end = random.chance(0.25) ? text.replace(/[.!?]$/, "") : text;
  return (random.chance(0.2) ? end.toLowerCase() : end) || text;
}
