import type { Random } from "@kvasir/kv-eval";
import { renderTemplate, type Template } from "../templates/index.ts";
import { askAboutDocuments } from "./ask-about-documents.ts";
import type { Example, Part, Turn } from "./example.ts";
import type { Surroundings } from "./surroundings.ts";

const CHARACTERS_PER_TOKEN = 3.5;
/** Tokens that a question with its answer takes. */
const TURN_TOKENS = 28;

/** Texts from templates, each once, at times with other text between, and questions about all of them. */
export function textExample(random: Random, tokens: number, templates: readonly Template[], surroundings: Surroundings): Example {
  const used = new Set<string>();
  const documents: Part[] = [];
  const turns: Turn[] = [];
  const order = random.shuffle(templates);
  const turnTokens = Math.min(tokens * 0.35, 16 * TURN_TOKENS);
  let room = (tokens - turnTokens) * CHARACTERS_PER_TOKEN;
  const fillerShare = random.chance(0.5) ? 0 : random.fraction() * 0.7;
  for (const template of order) {
    const { document, questions } = renderTemplate(template, random, used);
    if (document.length > room && documents.length > 0) break;
    documents.push({ kind: "document", text: document });
    room -= document.length;
    for (const { texts, answer } of questions) turns.push({ question: random.pick(texts), answer });
    if (random.chance(fillerShare)) {
      const filler = surroundings.paragraphs(random, Math.min(room, random.integer(200, 3000))).join("\n");
      if (filler !== "") documents.push({ kind: "document", text: filler });
      room -= filler.length;
    }
    if (room < 300) break;
  }
  const asked = random.shuffle(turns).slice(0, Math.max(1, Math.floor(turnTokens / TURN_TOKENS)));
  return askAboutDocuments(random, documents.length > 1 ? "texts" : "text", random.shuffle(documents), asked.map((turn) => restyle(random, turn)));
}

/** The same question as people type it. */
export function restyle(random: Random, turn: Turn): Turn {
  const { question, answer } = turn;
  const draw = random.fraction();
  if (draw < 0.06) return { question: question.toLowerCase().replace(/\?$/, ""), answer };
  if (draw < 0.1) return { question: question.replace(/\?$/, ""), answer };
  if (draw < 0.13) return { question: `According to the text, ${question.charAt(0).toLowerCase()}${question.slice(1)}`, answer };
  return turn;
}
