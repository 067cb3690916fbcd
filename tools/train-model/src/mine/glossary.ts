import type { Random } from "@kvasir/kv-eval";
import { ask, settle, type Pair } from "./pair.ts";

/** A word with what it means. */
export interface GlossaryEntry {
  readonly term: string;
  readonly meaning: string;
}

const entryLine = /^([A-Za-z][A-Za-z' -]{2,30}): ([^.:"]{12,130})\./;
/** Share of lines that must be entries for a document to be a glossary. */
const enough = 0.6;

/** Entries of a document that is a list of "word: meaning." lines; undefined for any other document. */
export function readGlossary(lines: readonly string[]): GlossaryEntry[] | undefined {
  const entries = lines.flatMap((line) => {
    const [, term, meaning] = entryLine.exec(line) ?? [];
    return term !== undefined && meaning !== undefined ? [{ term, meaning }] : [];
  });
  return lines.length >= 20 && entries.length >= lines.length * enough ? entries : undefined;
}

const layouts: readonly ((entry: GlossaryEntry) => string)[] = [
  ({ term, meaning }) => `${term}: ${meaning}.`,
  ({ term, meaning }) => `- ${term}: ${meaning}`,
  ({ term, meaning }) => `${term} - ${meaning}`,
  ({ term, meaning }) => `* ${term} = ${meaning}`,
  ({ term, meaning }) => `The word "${term}" means: ${meaning}.`,
];
const headings = ["", "", "Glossary\n", "Words and their meanings:\n", "Definitions\n", "# Terms\n"];

/** Short lists drawn from a glossary, with questions for the meaning of a word and for the word of a meaning. */
export function* mineGlossary(
  entries: readonly GlossaryEntry[],
  count: number,
  random: Random,
): Generator<{ passage: string; questions: Pair[] }> {
  for (let made = 0; made < count; made++) {
    const chosen = new Map(random.sample(entries, random.integer(4, 9)).map((entry) => [entry.term, entry]));
    const layout = random.pick(layouts);
    const passage = random.pick(headings) + [...chosen.values()].map(layout).join("\n");
    const asked = random.sample([...chosen.values()], Math.min(3, chosen.size));
    const questions = settle(
      passage,
      asked.flatMap((entry) => askAboutEntry(entry, random)),
    );
    if (questions.length > 0) yield { passage, questions };
  }
}

function askAboutEntry({ term, meaning }: GlossaryEntry, random: Random): Pair[] {
  const about = [
    `What does "${term}" mean?`,
    `What is the meaning of ${term}?`,
    `Define ${term}.`,
    `What does the word ${term} mean?`,
    `How is "${term}" defined?`,
  ];
  const backward = [`Which word means "${meaning}"?`, `Which term is defined as "${meaning}"?`, `What is the word for "${meaning}"?`];
  return [...ask(random, "meaning", meaning, about, 2), ...ask(random, "word of meaning", term, backward, 1)];
}
