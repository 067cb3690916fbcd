import type { Random } from "@kvasir/kv-eval";
import type { Example, Turn } from "./example.ts";
import { askAboutDocuments } from "./ask-about-documents.ts";
import type { Surroundings } from "./surroundings.ts";

const HEX = "0123456789abcdef";
const LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

/** Key-value records of random characters, as lines, JSON or a table: exact copying with no help from meaning. */
export function recordsExample(random: Random, tokens: number, surroundings: Surroundings): Example {
  const alphabet = random.chance(0.6) ? HEX : LETTERS;
  const string = (length: number): string => Array.from({ length }, () => random.pick([...alphabet])).join("");
  const size = random.integer(4, 12);
  const most = Math.max(1, Math.floor(tokens / (size * 2.2 + 40)));
  const count = random.integer(1, Math.min(most, 40));
  const keys = [...new Set(Array.from({ length: count }, () => string(size)))];
  const values = keys.map(() => string(random.integer(4, 12)));
  const [write, ask, answer] = random.pick(FORMS);
  const lines = keys.map((key, i) => write(key, values[i] as string));
  const isLoose = random.chance(0.5) && tokens > 300;
  const room = Math.max(0, tokens - count * (size * 2.2 + 40));
  const text = isLoose ? scatter(random, lines, surroundings.paragraphs(random, room * 3)) : lines.join("\n");
  const turns = random.shuffle(keys.map((key, i): Turn => ({ question: ask(key), answer: answer(key, values[i] as string) })));
  return askAboutDocuments(random, "records", [{ kind: "document", text }], turns.slice(0, 16));
}

type Form = readonly [
  write: (key: string, value: string) => string,
  ask: (key: string) => string,
  answer: (key: string, value: string) => string,
];

const FORMS: readonly Form[] = [
  [(k, v) => `Record ${k} = ${v}.`, (k) => `What is the value of record ${k}?`, (_, v) => v],
  [(k, v) => `Record ${k} = ${v}.`, (k) => `What is the value of record ${k}?`, (k, v) => `The value of record ${k} is ${v}.`],
  [(k, v) => `"${k}": "${v}",`, (k) => `What is the value of "${k}"?`, (_, v) => v],
  [(k, v) => `"${k}": "${v}",`, (k) => `Extract the value corresponding to the key "${k}".`, (_, v) => v],
  [(k, v) => `${k} | ${v}`, (k) => `What stands beside ${k} in the table?`, (_, v) => v],
  [(k, v) => `${k}=${v}`, (k) => `What is ${k} set to?`, (_, v) => v],
  [(k, v) => `${k}: ${v}`, (k) => k, (_, v) => v],
];

function scatter(random: Random, lines: readonly string[], paragraphs: readonly string[]): string {
  const all = [...paragraphs];
  for (const line of lines) all.splice(random.integer(0, all.length), 0, line);
  return all.join("\n");
}
