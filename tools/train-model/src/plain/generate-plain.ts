import type { Random } from "@kvasir/kv-eval";
import { findWords, type UsedValues } from "../templates/index.ts";
import type { Block, BlockQuestion, MakeBlock, NamedValue } from "./block.ts";
import { type Frame, frameLibrary } from "./frame-library.ts";
import { bareGenre, drawGenre, type Genre } from "./genres.ts";
import { layoutBlocks } from "./layouts/index.ts";
import { lowerOpener, styleQuestion } from "./question-style.ts";

export interface PlainQuestion {
  readonly text: string;
  /** Words of the document, `yes`, `no`, a count, or `unknown`. */
  readonly answer: string;
  /** Index of the document that tells. */
  readonly document: number;
}

export interface PlainExercise {
  readonly documents: readonly string[];
  readonly questions: readonly PlainQuestion[];
}

/** Shares of the kinds of blocks and questions. */
const layoutShare = 0.22;
const unknownShare = 0.08;
const genericShare = 0.45;

/**
 * Writes 1 to 8 documents of about `characters` together from facts with open vocabulary, and questions about them. Names occur once,
 * so a question that names something is about one fact.
 */
export function generatePlain(random: Random, { characters }: { readonly characters: number }): PlainExercise {
  const used: UsedValues = new Set();
  const count = Math.min(random.pick([1, 1, 1, 2, 2, 3, 4, 5, 6, 8]), Math.max(1, Math.floor(characters / 350)));
  const genres = Array.from({ length: count }, () => (count === 1 && random.chance(0.4) ? bareGenre : drawGenre(random, used)));
  const parallel =
    count > 1 && random.chance(0.5)
      ? random.sample(frameLibrary().get("any") as readonly Frame[], random.integer(1, 3)).map(({ make }) => make)
      : [];
  const draw = createDrawBlock(random, used, parallel);
  const documents: string[] = [];
  const named: NamedValue[] = [];
  const told: ToldQuestion[] = [];
  for (const [index, genre] of genres.entries()) {
    const blocks = drawBlocks(random, draw, parallel, used, characters / count);
    const document = genre.write(
      random,
      blocks.map(({ block }) => block),
    );
    documents.push(document);
    for (const { block, isRepeated } of blocks) {
      named.push(...(block.named ?? []));
      for (const question of block.questions) {
        if (isAnswered(document, question)) told.push({ ...question, document: index, genre, isRepeated });
      }
    }
  }
  const questions = askAll(random, told, count);
  questions.push(...unknownQuestions(random, used, named, questions.length, count));
  return { documents, questions: random.shuffle(distinct(questions)) };
}

interface DrawnBlock {
  readonly block: Block;
  /** Whether another document has facts of the same frame. */
  readonly isRepeated: boolean;
}

function drawBlocks(
  random: Random,
  draw: () => DrawnBlock | undefined,
  parallel: readonly MakeBlock[],
  used: UsedValues,
  characters: number,
): DrawnBlock[] {
  const blocks: DrawnBlock[] = [];
  let length = 0;
  const add = (drawn: DrawnBlock | undefined): void => {
    if (!drawn) return;
    blocks.push(drawn);
    length += drawn.block.text.length;
  };
  for (const make of parallel) {
    const block = make(random, used);
    add(block && { block, isRepeated: true });
  }
  for (let i = 0; i < 400 && (length < characters || blocks.length === 0); i++) add(draw());
  return random.shuffle(blocks);
}

/** Draws facts of one or two themes and of any, each frame once before any comes again. */
function createDrawBlock(random: Random, used: UsedValues, taken: readonly MakeBlock[]): () => DrawnBlock | undefined {
  const library = frameLibrary();
  const themes = random.shuffle([...library.keys()].filter((theme) => theme !== "any"));
  const asked = new Set<MakeBlock>(taken);
  const queue = (makers: readonly MakeBlock[]): (() => MakeBlock) => {
    let left: MakeBlock[] = [];
    return () => {
      if (left.length === 0) left = random.shuffle(makers);
      return left.pop() as MakeBlock;
    };
  };
  const makersOf = (theme: string): readonly MakeBlock[] => (library.get(theme) ?? []).map(({ make }) => make);
  const generic = queue(makersOf("any"));
  const layout = queue(layoutBlocks);
  const themed = queue(themes.slice(0, random.pick([1, 2, 3, 8, themes.length])).flatMap(makersOf));
  return () => {
    const make = random.chance(layoutShare) ? layout() : random.chance(genericShare) || themes.length === 0 ? generic() : themed();
    const block = make(random, used);
    const isRepeated = asked.has(make);
    asked.add(make);
    return (
      block && {
        block: isRepeated ? { ...block, questions: block.questions.filter((question) => question.isKeyed) } : block,
        isRepeated: false,
      }
    );
  };
}

function isAnswered(document: string, { answer, texts }: BlockQuestion): boolean {
  if (texts.length === 0) return false;
  if (answer === "unknown" || answer === "yes" || answer === "no" || /^\d+$/.test(answer)) return true;
  return answer.split(", ").every((item) => findWords(document, item) >= 0);
}

interface ToldQuestion extends BlockQuestion {
  readonly document: number;
  readonly genre: Genre;
  readonly isRepeated: boolean;
}

/** Asks in one wording each. Words that ask for two facts at once name the document that is meant, or are not used. */
function askAll(random: Random, told: readonly ToldQuestion[], documents: number): PlainQuestion[] {
  const uses = new Map<string, number>();
  const inDocument = ({ document }: ToldQuestion, text: string): string => `${document} ${text}`;
  const count = (key: string): void => void uses.set(key, (uses.get(key) ?? 0) + 1);
  for (const question of told) {
    for (const text of question.texts) {
      count(text);
      count(inDocument(question, text));
    }
  }
  return told.flatMap((question) => {
    const texts = question.texts.filter((text) => uses.get(inDocument(question, text)) === 1);
    if (texts.length === 0) return [];
    const text = random.pick(texts);
    const isShared = (uses.get(text) as number) > 1 || (question.isRepeated && !question.isKeyed);
    const isNamed = documents > 1 && (isShared || random.chance(0.12));
    return [
      {
        text: isNamed ? nameDocument(random, text, question.genre) : styleQuestion(random, text),
        answer: question.answer,
        document: question.document,
      },
    ];
  });
}

function nameDocument(random: Random, text: string, { called }: Genre): string {
  const opening = random.pick([
    `According to ${called}, `,
    `In ${called}: `,
    `Look at ${called}. `,
    `${called[0]?.toUpperCase()}${called.slice(1)}: `,
    `From ${called}, `,
    `This is about ${called}. `,
    `Going by ${called}, `,
    `I mean ${called}: `,
  ]);
  if (random.chance(0.2)) return `${text.replace(/\?$/, "")} (${called})?`;
  return opening + (opening.endsWith(". ") ? text : lowerOpener(text));
}

/** Questions about things that no document mentions, or about what none says of things that they do mention. */
function unknownQuestions(
  random: Random,
  used: UsedValues,
  named: readonly NamedValue[],
  known: number,
  documents: number,
): PlainQuestion[] {
  const frames = [...frameLibrary().values()].flat();
  const questions: PlainQuestion[] = [];
  for (let left = known * unknownShare; left > 0 && random.chance(left); left--) {
    const text = random.chance(0.55) ? beyond(random, used, named, frames) : elsewhere(random, used, frames);
    if (text !== undefined)
      questions.push({ text: styleQuestion(random, text), answer: "unknown", document: random.integer(0, documents - 1) });
  }
  return questions;
}

function beyond(random: Random, used: UsedValues, named: readonly NamedValue[], frames: readonly Frame[]): string | undefined {
  for (let i = 0; i < 12; i++) {
    const texts = random.pick(frames).askBeyond(random, used, named);
    if (texts.length > 0) return random.pick(texts);
  }
  return undefined;
}

function elsewhere(random: Random, used: UsedValues, frames: readonly Frame[]): string | undefined {
  const keyed = random
    .pick(frames)
    .make(random, used)
    ?.questions.filter(({ isKeyed, answer }) => isKeyed && answer !== "yes" && answer !== "no");
  return keyed && keyed.length > 0 ? random.pick(random.pick(keyed).texts) : undefined;
}

/** Leaves out questions that are asked twice. */
function distinct(questions: readonly PlainQuestion[]): PlainQuestion[] {
  const seen = new Set<string>();
  return questions.filter(({ text }) => {
    const key = text.toLowerCase();
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}
