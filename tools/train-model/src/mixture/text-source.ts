import type { Random } from "@kvasir/kv-eval";
import { generateFromTemplates, generatePlain, type PlainExercise } from "../plain/index.ts";
import type { Template } from "../templates/index.ts";
import { askAboutDocuments } from "./ask-about-documents.ts";
import type { Example, Part } from "./example.ts";
import type { Surroundings } from "./surroundings.ts";

const CHARACTERS_PER_TOKEN = 3.5;
/** Of the plain grammar, whose names and numbers take more tokens. */
const PLAIN_CHARACTERS_PER_TOKEN = 3.2;
/** Tokens that a question with its answer takes. */
const TURN_TOKENS = 28;
const MOST_TURNS = 60;
/** Share of the questions without an answer that are asked: few, since a small model soon prefers to say that it does not know. */
const UNKNOWN_SHARE = 0.2;

/** Texts written by hand with changing details, each once, at times with other text between. */
export function templateExample(random: Random, tokens: number, templates: readonly Template[], surroundings: Surroundings): Example {
  const { characters, turns } = shares(random, tokens, CHARACTERS_PER_TOKEN);
  const documents = Math.max(1, Math.min(random.pick([1, 1, 2, 3, 4, 6, 8, 12, 20]), Math.floor(characters / 500)));
  const fillerCharacters = random.pick([0, 0, 300, 800, 2000]);
  const filler = (random: Random): string => surroundings.paragraphs(random, Math.min(fillerCharacters, characters / 3)).join("\n");
  const exercise = generateFromTemplates(random, templates, { characters, documents, ...(fillerCharacters > 0 ? { filler } : {}) });
  return toExample(random, "text", exercise, turns);
}

/** Texts of a grammar with open vocabulary, at times hidden among other documents. */
export function plainExample(random: Random, tokens: number, surroundings: Surroundings): Example {
  const { characters, turns } = shares(random, tokens, PLAIN_CHARACTERS_PER_TOKEN);
  const share = random.chance(0.6) ? 1 : 0.2 + 0.6 * random.fraction();
  const exercise = generatePlain(random, { characters: characters * share });
  const documents = [...exercise.documents];
  for (let room = characters * (1 - share); room > 300;) {
    const text = surroundings.paragraphs(random, Math.min(room, random.integer(300, 4000))).join("\n");
    documents.splice(random.integer(0, documents.length), 0, text);
    room -= Math.max(200, text.length);
  }
  return toExample(random, "plain", { ...exercise, documents }, turns);
}

function shares(random: Random, tokens: number, perToken: number): { readonly characters: number; readonly turns: number } {
  const share = random.pick([0.1, 0.25, 0.4, 0.55]);
  const turns = Math.max(1, Math.min(MOST_TURNS, Math.floor((tokens * share) / TURN_TOKENS)));
  return { characters: (tokens - turns * TURN_TOKENS) * perToken, turns };
}

function toExample(random: Random, task: string, { documents, questions }: PlainExercise, most: number): Example {
  const parts = documents.map((text): Part => ({ kind: "document", text }));
  const asked = questions.filter(({ answer }) => answer !== "unknown" || random.chance(UNKNOWN_SHARE));
  const turns = asked.slice(0, most).map(({ text, answer }) => ({ question: text, answer }));
  return askAboutDocuments(random, documents.length > 1 ? `${task}_several` : task, parts, turns);
}
