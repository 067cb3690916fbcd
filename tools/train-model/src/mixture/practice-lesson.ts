import { type MultidocFact, type MultidocQuery, multidocParts, type Random } from "@kvasir/kv-eval";
import type { Example, Part } from "./example.ts";

/** Character ranges of a text. */
export type Spans = readonly (readonly [start: number, end: number])[];

/** A sentence of a document; filler states no fact. */
export interface Said {
  readonly text: string;
  readonly fact?: MultidocFact;
  readonly emphasis?: Spans;
}

/** What is asked, for a solver, and what the solver finds. */
export interface Solved {
  readonly query: MultidocQuery;
  readonly answer: string;
}

/** A question asked after some of the documents, about the first `asOf` of them. */
export interface Ask extends Solved {
  readonly text: string;
  readonly emphasis?: Spans;
  /** All that a list answers, in its order; the last is `query`. */
  readonly includes?: readonly Solved[];
  /** The whole answer where it says more than `answer`, which is its end. */
  readonly spoken?: string;
  /** Documents that stand before the question. */
  readonly read: number;
  /** Documents that the question is about; default all that were read. */
  readonly asOf?: number;
}

/** A world of documents that are asked about while they are read, and at their end. */
export interface Lesson {
  readonly task: string;
  readonly documents: readonly (readonly Said[])[];
  readonly questions: readonly Ask[];
}

const [OPEN, CLOSE] = ["⟦", "⟧"];

/** Marks a piece of a template's value that is to be learnt in full. */
export const mark = (text: string): string => OPEN + text + CLOSE;

/** Takes the marks out of a text. */
export function takeMarks(marked: string): { readonly text: string; readonly emphasis?: Spans } {
  if (!marked.includes(OPEN)) return { text: marked };
  const emphasis: (readonly [number, number])[] = [];
  let text = "";
  for (const [i, piece] of marked.split(OPEN).entries()) {
    const [inside, after] = i === 0 ? ["", piece] : (piece.split(CLOSE) as [string, string]);
    if (i > 0) emphasis.push([text.length, text.length + inside.length]);
    text += inside + after;
  }
  return { text, emphasis };
}

/** Share of lessons whose questions end as the benchmark's do. */
const TAIL = 0.6;
const JOINED = 0.25;

/** The conversation of a lesson: documents as contexts of their own, or several of them as one. */
export function lessonExample(random: Random, { task, documents, questions }: Lesson): Example {
  const tail = random.chance(TAIL) ? multidocParts.QUESTION_TAIL : "";
  const gap = random.chance(JOINED) ? random.pick(["\n", " ", "\n\n"]) : undefined;
  const parts: Part[] = [];
  const byRead: Ask[][] = documents.map(() => []);
  for (const question of questions) byRead[question.read - 1]?.push(question);
  let pending: Part | undefined;
  const flush = (): void => {
    if (pending !== undefined) parts.push(pending);
    pending = undefined;
  };
  documents.forEach((sentences, i) => {
    const document = join(
      sentences.map(({ text, emphasis = [] }) => ({ kind: "document", text, emphasis })),
      " ",
    );
    if (gap === undefined) parts.push(document);
    else pending = pending === undefined ? document : join([pending, document], gap);
    const asked = byRead[i] ?? [];
    if (asked.length === 0) return;
    flush();
    for (const { text, emphasis, answer, spoken } of asked) {
      parts.push({ kind: "user", text: text + tail, ...(emphasis === undefined ? {} : { emphasis }) });
      parts.push({ kind: "assistant", text: ` ${spoken ?? answer}` });
    }
  });
  flush();
  return { task, parts };
}

function join(pieces: readonly Part[], gap: string): Part {
  let text = "";
  const emphasis: (readonly [number, number])[] = [];
  for (const [i, piece] of pieces.entries()) {
    if (i > 0) text += gap;
    for (const [start, end] of piece.emphasis ?? []) emphasis.push([text.length + start, text.length + end]);
    text += piece.text;
  }
  return { kind: "document", text, ...(emphasis.length === 0 ? {} : { emphasis }) };
}

/** A size from `least` to `most`, small ones as often as large ones. */
export function drawSize(random: Random, least: number, most: number): number {
  if (most <= least) return least;
  return Math.min(most, Math.floor(least * ((most + 1) / least) ** random.fraction()));
}

const TOKENS_PER_FILLER = 15;

/**
 * Puts filler sentences into the documents, at random places: mostly none, so that a context holds many facts, at times as many as
 * the benchmark's documents have.
 * @param room Tokens that they may take, about.
 */
export function addFiller(
  documents: readonly (readonly Said[])[],
  room: number,
  cast: multidocParts.Cast,
  random: Random,
): readonly (readonly Said[])[] {
  const most = Math.min(random.pick([0, 0, 0, 0, 0, 2, 2, 6, 16]), Math.floor((2 * room) / TOKENS_PER_FILLER / documents.length));
  if (most < 1) return documents;
  const filler = multidocParts.createFiller(cast, random);
  return documents.map((document) => {
    const sentences = [...document];
    for (let left = random.integer(0, most); left > 0; left--) sentences.splice(random.integer(0, sentences.length), 0, { text: filler() });
    return sentences;
  });
}
