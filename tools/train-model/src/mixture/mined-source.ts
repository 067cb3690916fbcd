import type { Random } from "@kvasir/kv-eval";
import { askAboutDocuments } from "./ask-about-documents.ts";
import type { Example, Turn } from "./example.ts";
import type { RandomAccessFile } from "./random-access-file.ts";
import { styleQuestion } from "../plain/index.ts";

interface Mined {
  readonly passage: string;
  readonly questions: readonly { readonly kind: string; readonly text: string; readonly answer: string }[];
}

/** Questions for words in a place teach copying, not reading. */
const GAPS: ReadonlySet<string> = new Set(["gap", "missing word"]);
const GAP_SHARE = 0.4;

/** Passages of real books with questions that rules found in them. */
export function minedExample(random: Random, tokens: number, mined: RandomAccessFile): Example {
  let room = tokens * 3.2;
  const documents: string[] = [];
  const turns: Turn[] = [];
  while (room > 0) {
    const [line] = mined.lines(random, 4000);
    if (line === undefined) break;
    const { passage, questions: found } = JSON.parse(line) as Mined;
    const questions = found.filter(({ kind }) => !GAPS.has(kind) || random.chance(GAP_SHARE));
    const cost = passage.length + questions.length * 90;
    if (cost > room && documents.length > 0) break;
    documents.push(passage);
    for (const { text, answer } of questions) turns.push({ question: styleQuestion(random, text), answer });
    room -= cost;
  }
  // Neighbouring passages as one text at times: questions then look for their place.
  const parts = random.chance(0.4) ? [documents.join("\n\n")] : documents;
  return askAboutDocuments(
    random,
    "mined",
    parts.map((text) => ({ kind: "document", text })),
    random.shuffle(turns).slice(0, random.pick([1, 3, 10, 40])),
  );
}
