import type { Exercise, ExerciseRequest, Question, Task } from "../exercise.ts";
import { createRandom, type Random } from "../random.ts";
import { drawNeedleText, drawNew, type NeedleText } from "../words/index.ts";
import { createEssayHaystack, createLineHaystack, hideNeedles, NOISE, type Haystack } from "./haystack.ts";
import { largestThatFits } from "./largest-that-fits.ts";
import { listWords, needleSentence, niahPreamble, niahQuestion } from "./niah-wording.ts";
import { createSizeCounter, joinParts, type MarkedText, type Part } from "./one-message.ts";

/** Shape of a needle-in-a-haystack task (RULER, scripts/synthetic.yaml). */
export interface NiahShape {
  readonly haystack: "noise" | "essay" | "needle";
  readonly keyKind: NeedleText;
  readonly valueKind: NeedleText;
  readonly keyCount: number;
  /** Values that every key has. */
  readonly valueCount: number;
  /** Keys that a question asks for. */
  readonly queryCount: number;
}

/** What the needle tasks share. */
export interface NiahSource {
  /** Essays as sentences. */
  readonly essays: readonly (readonly string[])[];
  /** Questions to ask of one context, where it answers as many. */
  readonly questionCount: number;
  readonly maxNewTokens: number;
}

interface Needle {
  readonly key: string;
  readonly value: string;
}

/** Creates a needle-in-a-haystack task. Source: RULER, scripts/data/synthetic/niah.py. */
export function createNiahTask(name: string, shape: NiahShape, source: NiahSource): Task {
  return { name, generate: (request) => generateNiah(name, shape, source, request) };
}

/** @throws RangeError where the needles do not fit. */
export function generateNiah(task: string, shape: NiahShape, source: NiahSource, request: ExerciseRequest): Exercise {
  const random = createRandom(request.seed).fork(task);
  const keyCount = countKeys(shape, source, request);
  const taken = new Set<string>();
  const draw = drawer(shape, source, taken, random.fork("needles"));
  const needles = Array.from({ length: keyCount }, () => draw(shape.keyKind)).flatMap((key) =>
    Array.from({ length: shape.valueCount }, (): Needle => ({ key, value: draw(shape.valueKind) })),
  );
  const hidden = random
    .fork("order")
    .shuffle(needles.map(({ key, value }, mark): Part => ({ text: needleSentence(shape.valueKind, key, value), mark })));
  const haystack = createHaystack(shape, source, needles.length, taken, random.fork("haystack"));
  const write = (count: number): MarkedText => joinParts(hideNeedles(haystack, count, hidden), haystack.separator);

  const isSingular = shape.queryCount * shape.valueCount === 1;
  const preamble = niahPreamble(shape.valueKind, isSingular);
  const keys = [...new Set(needles.map(({ key }) => key))];
  const asked = chooseQueries(keys, shape.queryCount, source.questionCount, random.fork("queries")).map((queries) => ({
    queries,
    ...niahQuestion(shape.valueKind, isSingular, queries),
    maxNewTokens: source.maxNewTokens,
  }));
  const size = createSizeCounter(request, preamble, asked);
  const count = largestThatFits({ least: 1, limit: request.length, sizeOf: (count) => size(write(count).text), subject: task });

  const context = write(count);
  const questions = asked.map(({ queries, ...question }): Question => {
    const found = needles.flatMap(({ key, value }, mark) =>
      queries.includes(key) ? [{ key, value, span: context.spans.get(mark)! }] : [],
    );
    found.sort((a, b) => queries.indexOf(a.key) - queries.indexOf(b.key) || a.span.start - b.span.start);
    const references = found.map(({ value }) => value);
    return {
      ...question,
      references,
      completion: ` ${listWords(references)}.`,
      evidence: found.map(({ span }) => span),
      metric: "match-all",
    };
  });
  return { task, seed: request.seed, preamble, documents: [context.text], questions, layout: "one-message" };
}

/** In a haystack of needles any line can be asked for, so more questions take more keys: one for each 200 tokens at most. */
function countKeys({ haystack, keyCount }: NiahShape, { questionCount, maxNewTokens }: NiahSource, { length }: ExerciseRequest): number {
  const room = Math.floor((length - maxNewTokens) / 200);
  return haystack === "needle" ? Math.max(keyCount, Math.min(questionCount, room)) : keyCount;
}

/** Draws keys and values that neither came before nor stand in the essays. */
function drawer({ haystack }: NiahShape, { essays }: NiahSource, taken: Set<string>, random: Random): (kind: NeedleText) => string {
  const isFree = (text: string): boolean =>
    haystack !== "essay" || !essays.some((essay) => essay.some((sentence) => sentence.includes(text)));
  return (kind) => {
    for (;;) {
      const text = drawNew(taken, () => drawNeedleText(kind, random));
      if (isFree(text)) return text;
    }
  };
}

function createHaystack(shape: NiahShape, { essays }: NiahSource, needleCount: number, taken: Set<string>, random: Random): Haystack {
  if (shape.haystack === "essay") return createEssayHaystack(essays, needleCount, random);
  if (shape.haystack === "noise") return createLineHaystack(() => ({ text: NOISE }), needleCount, random);
  const lines: Part[] = [];
  const source = random.fork("lines");
  const draw = (kind: NeedleText): string => drawNew(taken, () => drawNeedleText(kind, source));
  const line = (index: number): Part =>
    (lines[index] ??= { text: needleSentence(shape.valueKind, draw(shape.keyKind), draw(shape.valueKind)) });
  return createLineHaystack(line, needleCount, random);
}

/** Groups of keys to ask for: the first of `queryCount`; where that is 1 the others ask for each key once, else for at least two. */
function chooseQueries(keys: readonly string[], queryCount: number, questionCount: number, random: Random): (readonly string[])[] {
  if (queryCount === 1) return random.sample(keys, Math.min(keys.length, questionCount)).map((key) => [key]);
  const groups = [
    random.sample(keys, queryCount),
    ...Array.from({ length: questionCount - 1 }, () => random.sample(keys, random.integer(2, queryCount))),
  ];
  return [...new Map(groups.map((group) => [group.join(" "), group])).values()];
}
