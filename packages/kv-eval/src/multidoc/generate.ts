import type { EvidenceSpan, Exercise, ExerciseRequest, Question } from "../exercise.ts";
import { createRandom, type Random } from "../random.ts";
import { createCast } from "./cast.ts";
import { type Asked, type Draft, UNKNOWN } from "./draft.ts";
import type { Query, World } from "./facts.ts";
import { countRest, fit, toText } from "./fit.ts";
import { createFiller } from "./grammar/filler.ts";
import type { MultidocOptions } from "./options.ts";
import { createSolver, type Solver } from "./solve.ts";
import { strata, type Stratum } from "./strata/index.ts";

/** Said at the end of every question. */
export const QUESTION_TAIL = ' Answer briefly, or say "unknown".';

const MAX_NEW_TOKENS = 16;
const TOKENS_PER_DOCUMENT = 160;
/** Of a document, filler included. */
const TOKENS_PER_STATEMENT = 60;
const MOST_DOCUMENTS = 32;

/** An exercise with the facts it was written from, which a solver can check it by. */
export interface MultidocExercise extends Exercise {
  readonly stratum: Stratum;
  readonly world: World;
  /** What each of `questions` asks. */
  readonly queries: readonly Query[];
}

/**
 * Generates a world of documents and questions about them.
 * @param stratum What it takes to answer; with `options.mix`, the stratum of the first question.
 * @throws RangeError where `request.length` is too short for the stratum's facts, or `options` are out of range.
 */
export function generateMultidoc(stratum: Stratum, request: ExerciseRequest, options: MultidocOptions = {}): MultidocExercise {
  const { annotate = 0, maxDepth = 4, answerable = 0, mix = [], questions: limit = Number.POSITIVE_INFINITY } = options;
  const random = createRandom(request.seed).fork(stratum);
  const parts = [stratum, ...mix.filter((other) => other !== stratum)];
  const fewest = Math.max(
    6,
    parts.reduce((sum, part) => sum + strata[part].fewestDocuments, 0),
  );
  if (options.documents !== undefined && options.documents < fewest) {
    throw new RangeError(`${parts.join("+")} needs at least ${fewest} documents, not ${options.documents}.`);
  }
  const settings = { annotate, maxDepth, answerable };
  let needs = 0;
  for (const { documents, density } of sizes(request.length, fewest, options, random.fork("size"))) {
    const attempt = random.fork(`${documents} ${density}`);
    const cast = createCast(attempt.fork("cast"));
    const filler = createFiller(cast, attempt.fork("filler"));
    const counts = shareOut(documents, parts);
    const drafts = parts.map((part, i) =>
      strata[part].build({ ...settings, random: attempt.fork(part), cast, documents: counts[i] ?? 0, density }),
    );
    const draft = join(drafts, attempt.fork("order"));
    const asked = draft.questions.slice(0, limit).map((question) => ({ ...question, text: question.text + QUESTION_TAIL }));
    const rest = countRest(
      asked.map(({ text }) => text),
      documents,
      MAX_NEW_TOKENS,
      request,
    );
    const fitted = fit(draft, request.length - rest, request.countTokens, filler, attempt.fork("fit"));
    if ("documents" in fitted) return toExercise(stratum, request.seed, fitted, asked);
    needs = fitted.needs + rest;
  }
  throw new RangeError(`multidoc_${stratum} needs about ${needs} tokens, not ${request.length}.`);
}

interface Size {
  readonly documents: number;
  readonly density: number;
}

/** Sizes to try, from what the length suggests to the least. */
function* sizes(length: number, fewest: number, { documents: fixed, density: wanted }: MultidocOptions, random: Random): Generator<Size> {
  const typical = Math.round((length / TOKENS_PER_DOCUMENT) * (0.75 + random.fraction() / 2));
  const most = fixed ?? Math.min(Math.max(typical, fewest), Math.max(MOST_DOCUMENTS, fewest));
  if (wanted !== undefined) for (let density = wanted; density > 1; density -= 0.5) yield { documents: most, density };
  else for (const density of [2, 1.5]) if (length / most > TOKENS_PER_STATEMENT * density) yield { documents: most, density };
  for (let documents = most; documents >= (fixed ?? fewest); documents = documents > fewest + 2 ? documents - 2 : documents - 1) {
    yield { documents, density: 1 };
  }
}

/** Every part gets its fewest documents, and an even share of the others. */
function shareOut(documents: number, parts: readonly Stratum[]): number[] {
  const counts = parts.map((part) => strata[part].fewestDocuments);
  for (let left = documents - counts.reduce((sum, count) => sum + count, 0), i = 0; left > 0; left--, i++) {
    counts[i % counts.length] = (counts[i % counts.length] ?? 0) + 1;
  }
  return counts;
}

/** Parts one after the other in random order: references and legends reach only into their own part. */
function join(drafts: readonly Draft[], random: Random): Draft {
  const [first, ...others] = drafts.map(({ questions }) => questions);
  const rest = random.shuffle([...(first ?? []).slice(1), ...others.flat()]);
  return {
    documents: random.shuffle(drafts).flatMap(({ documents }) => documents),
    questions: [...(first ?? []).slice(0, 1), ...(drafts.length === 1 ? (first ?? []).slice(1) : rest)],
  };
}

function toExercise(stratum: Stratum, seed: number, draft: Pick<Draft, "documents">, asked: readonly Asked[]): MultidocExercise {
  const spans: EvidenceSpan[][] = [];
  const world: World = draft.documents.map((sentences, document) => {
    const ofFacts: EvidenceSpan[] = [];
    let start = 0;
    for (const { text, fact } of sentences) {
      if (fact !== undefined) ofFacts.push({ document, start, end: start + text.length });
      start += text.length + 1;
    }
    spans.push(ofFacts);
    return sentences.flatMap(({ fact }) => (fact === undefined ? [] : [fact]));
  });
  const solver = createSolver(world);
  return {
    task: `multidoc_${stratum}`,
    seed,
    preamble: "",
    documents: draft.documents.map(toText),
    questions: asked.map((question) => toQuestion(question, solver, spans)),
    layout: "documents",
    stratum,
    world,
    queries: asked.map(({ query }) => query),
  };
}

function toQuestion({ text, query, answer }: Asked, solver: Solver, spans: readonly (readonly EvidenceSpan[])[]): Question {
  const support = answer === UNKNOWN ? [] : solver.solve(query).support;
  const evidence = support.flatMap(({ document, fact }) => spans[document]?.[fact] ?? []);
  return { text, answerPrefix: "", references: [answer], completion: answer, evidence, metric: "exact", maxNewTokens: MAX_NEW_TOKENS };
}
