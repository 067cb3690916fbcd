import { multidocParts, type Random } from "@kvasir/kv-eval";
import { addFiller, type Ask, drawSize, type Lesson, mark, type Said, takeMarks } from "./practice-lesson.ts";

const { codedRelations, createCast, documentNouns, fill, glosses, writeLegend } = multidocParts;

const TOKENS_PER_STATEMENT = 16;
const TOKENS_PER_LEGEND = 40;
const TOKENS_PER_QUESTION = 27;
/** Of a statement and the questions about it. */
const TOKENS_PER_CASE = 55;
const MOST_QUESTIONS = 40;
const INTERLEAVED = 0.4;
/** Of questions: those whose answer gives the code word first, and those that ask for its meaning besides. */
const STEPWISE = 0.2;
const MEANING = 0.5;

/** Ask for a code word's meaning in a document: {C} in the one about {S}. */
const MEANING_QUESTIONS = [
  "What does '{C}' mean where {S} is mentioned?",
  "In the {D} on {S}, what does '{C}' stand for?",
  "What is meant by '{C}' in what is said of {S}?",
];
/** The same of the last document read. */
const LAST_QUESTIONS = ["What does '{C}' mean in the last {D}?", "What did '{C}' stand for just now?"];

/** Code words under legends that replace each other: few legends and words first, many questions, at times right after each document. */
export function codebookLesson(random: Random, tokens: number): Lesson {
  const cast = createCast(random.fork("cast"));
  const isInterleaved = random.chance(INTERLEAVED);
  const room = Math.max(2, Math.floor(tokens / TOKENS_PER_CASE));
  const legends = Math.min(
    random.pick([1, 1, 2, 2, 3, 3, 4, 5, 6]),
    Math.max(1, Math.floor(tokens / (TOKENS_PER_LEGEND + TOKENS_PER_CASE))),
  );
  const codes = cast.drawMany("code", random.pick([2, 2, 3, 4, 5, 6]));
  const total = drawSize(random, legends, Math.max(legends, Math.min(36, room - legends)));
  const doc = random.pick(documentNouns);
  const isShort = random.chance(0.4);
  const annotate = random.pick([0, 0, 0, 0.5, 1]);
  const first = random.pick(codedRelations);
  const relations = random.chance(0.5) ? [first] : codedRelations.filter(({ kind }) => kind === first.kind);
  // Benchmarks permute the same meanings; other meanings are easier to tell apart.
  const isPermuted = random.chance(0.75);
  const values = cast.drawMany(first.kind, codes.length);
  const isApart = random.chance(0.6);
  const way = random.chance(0.4) ? random.integer(0, 4) : undefined;
  const documents: Said[][] = [];
  const questions: Ask[] = [];
  let shift = -1;
  for (let scope = 0; scope < legends; scope++) {
    const meanings = drawMeanings(scope);
    const legend: Said = {
      text: writeLegend(random.shuffle(meanings), doc, random),
      fact: { type: "legend", meanings: Object.fromEntries(meanings) },
    };
    documents.push([legend]);
    const size = Math.floor((total + scope) / legends);
    for (let i = 0; i < size; i++) {
      const relation = random.pick(relations);
      const name = cast.draw("person");
      const subject = isShort ? (name.split(" ")[0] ?? name) : name;
      const [code, value] = random.pick(meanings);
      const statement = say(relation, subject, code, value);
      const joins = !isApart && random.chance(0.5);
      if ((i === 0 && !isApart) || joins) documents.at(-1)?.push(statement);
      else documents.push([statement]);
      questions.push(...ask(relation, subject, code, value));
    }
  }
  const left = tokens - total * TOKENS_PER_STATEMENT - legends * TOKENS_PER_LEGEND;
  const chosen = choose(questions, Math.min(MOST_QUESTIONS, Math.max(3, Math.floor(left / TOKENS_PER_QUESTION))));
  return {
    task: "practice_codebook",
    documents: addFiller(documents, left - chosen.length * TOKENS_PER_QUESTION, cast, random),
    questions: chosen,
  };

  /** Of every code word; all different from those of the legend before, where meanings are permuted. */
  function drawMeanings(scope: number): (readonly [code: string, value: string])[] {
    if (!isPermuted && scope > 0 && cast.has(first.kind, codes.length * 2)) {
      return codes.map((code) => [code, cast.draw(first.kind)] as const);
    }
    shift = scope === 0 ? 0 : (shift + random.integer(1, codes.length - 1)) % codes.length;
    return codes.map((code, i) => [code, values[(i + shift) % codes.length] ?? ""] as const);
  }

  function say(relation: multidocParts.Relation, subject: string, code: string, value: string): Said {
    const fact = { type: "relation", subject: { name: subject }, relation: relation.id, value: { code } } as const;
    // A code word at the beginning would be written with a capital letter.
    const templates = relation.statements.filter((statement) => !statement.startsWith("{O}"));
    const template = way === undefined ? random.pick(templates) : (templates[way % templates.length] ?? "");
    const text = fill(template, { S: subject, O: code });
    if (!random.chance(annotate)) return { text, fact };
    const gloss = random.pick(glosses).replace("{code}", code).replace("{value}", mark(value));
    const at = text.lastIndexOf(code);
    return { ...takeMarks(text.slice(0, at) + gloss + text.slice(at + code.length)), fact };
  }

  /** What the statement means, and what its code word means there; about the last document also right after it. */
  function ask(relation: multidocParts.Relation, subject: string, code: string, value: string): Ask[] {
    const common = { query: { type: "value", subject, links: [], relation: relation.id } as const, answer: value };
    const slots = { S: subject, C: code, D: doc };
    const read = documents.length;
    const end = Number.POSITIVE_INFINITY;
    const direct = fill(random.pick(relation.questions), slots);
    const meaning = fill(random.pick(MEANING_QUESTIONS), slots);
    const spoken = random.chance(STEPWISE) ? `${code}, ${value}` : undefined;
    const stepwise = spoken === undefined ? { text: direct } : { text: `${direct} Give the code word first.`, spoken };
    const now = isInterleaved && random.chance(0.6);
    const asked: Ask[] = [{ ...common, ...stepwise, read: isInterleaved && random.chance(0.4) ? read : end }];
    if (random.chance(MEANING)) asked.push({ ...common, text: meaning, read: isInterleaved && random.chance(0.4) ? read : end });
    if (now && isApart) asked.push({ ...common, text: fill(random.pick(LAST_QUESTIONS), slots), read });
    return asked;
  }

  function choose(all: readonly Ask[], limit: number): Ask[] {
    const last = documents.length;
    const chosen = random.shuffle(all).slice(0, limit);
    return chosen.map((one) => (one.read === Number.POSITIVE_INFINITY ? { ...one, read: last } : one));
  }
}
