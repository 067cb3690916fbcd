import { multidocParts, type Random } from "@kvasir/kv-eval";
import { addFiller, type Ask, drawSize, type Lesson, mark, type Said, takeMarks } from "./practice-lesson.ts";
import { type Graded, StateQuestions } from "./practice-state-questions.ts";
import { drawStateWorld, type Move, type StateLevel, type StateWorld, type Stay } from "./practice-state-world.ts";

const { createCast, documentNouns, fill } = multidocParts;

const TOKENS_PER_MOVE = 16;
const TOKENS_PER_QUESTION = 24;
/** Share of a lesson's room that moves may take; questions and filler have the rest. */
const MOVES_SHARE = 0.55;
const MOST_ITEMS = 8;
const MOST_MOVES = 64;
const MOST_QUESTIONS = 40;
/** Share of lessons with questions between the documents; their answers spare the steps that lie before them. */
const INTERLEAVED = 0.2;
/** Share of lessons whose documents are numbered, so that the end can ask about any time. */
const NUMBERED = 0.2;

/**
 * From what one sentence says to the benchmark's full depth. A network that meets mostly single steps answers those and guesses an earlier
 * place of the same item wherever a place is told by way of another item's, so most lessons are of several steps.
 */
const LEVELS: readonly (StateLevel & { readonly weight: number })[] = [
  { weight: 1, kinds: ["put"], deepest: 0 },
  { weight: 2, kinds: ["put", "join", "join"], deepest: 1 },
  { weight: 2, kinds: ["put", "swap", "swap"], deepest: 1 },
  { weight: 2, kinds: ["put", "join", "join"], deepest: 2 },
  { weight: 2, kinds: ["put", "join", "swap"], deepest: 2 },
  { weight: 2, kinds: ["join", "swap", "swap"], deepest: 3 },
  // The benchmark's shares.
  { weight: 4, kinds: ["put", "put", "join", "swap", "swap"], deepest: 3 },
  { weight: 1, kinds: ["put", "join", "swap", "swap"], deepest: 5 },
];
const WEIGHTED = LEVELS.flatMap((level) => Array.from({ length: level.weight }, () => level));

/** How often a document says what a move comes to: from always, where each step is a single one, to never. */
const ANNOTATED = [0, 0, 0, 0.15, 0.35, 0.6, 1] as const;

type Asking = (questions: StateQuestions, count: number) => Ask[];

const SINGLES: Asking = (questions, count) => questions.singles(count);
const LISTS: Asking = (questions) => questions.list();
const HISTORIES: Asking = (questions) => questions.history();
const TRACES: Asking = (questions, count) => questions.traces(Math.min(count, 5));
/** What tells most comes last: it would answer the others. */
const MIXED: Asking = (questions, count) => [
  ...questions.singles(Math.max(1, count - 4)),
  ...(count > 2 ? questions.history() : []),
  ...(count > 4 ? questions.list() : []),
  ...(count > 3 ? questions.traces(1) : []),
];
/** Mostly as the benchmark asks. */
const ASKINGS: readonly Asking[] = [SINGLES, SINGLES, SINGLES, SINGLES, SINGLES, LISTS, LISTS, HISTORIES, TRACES, TRACES, MIXED, MIXED];

/** Moves in their order, and questions about where everything is then, was before, and has been. */
export function stateLesson(random: Random, tokens: number): Lesson {
  const cast = createCast(random.fork("cast"));
  const room = Math.max(4, Math.floor((tokens * MOVES_SHARE) / TOKENS_PER_MOVE));
  const itemCount = drawSize(random, 2, Math.min(MOST_ITEMS, Math.floor(room / 2)));
  const moves = Math.max(2, Math.min(Math.round(itemCount * (1 + 4 * random.fraction())), room - itemCount, MOST_MOVES));
  const level = random.pick(WEIGHTED);
  const world = drawStateWorld(random, cast, level, itemCount, moves);
  const annotate = random.pick(ANNOTATED);
  const doc = random.pick(documentNouns);
  const isNumbered = random.chance(NUMBERED);
  const perDocument = random.pick([1, 1, 2, 2, 3]);
  // Asks every so many documents: what lies between is to be worked out.
  const every = random.chance(INTERLEAVED) ? random.integer(1, 6) : Number.POSITIVE_INFINITY;
  const asking = random.pick(ASKINGS);
  const left = tokens - world.moves.length * TOKENS_PER_MOVE * (1 + annotate);
  const limit = Math.min(MOST_QUESTIONS, Math.max(2, Math.floor(left / TOKENS_PER_QUESTION)));

  const say = createWording(world, annotate, random);
  const histories = new Map<string, Stay[]>(world.items.map((item) => [item, []]));
  const documents: Said[][] = [];
  const during: Ask[] = [];
  const further: Graded<Ask>[] = [];
  const documentCount = Math.ceil(world.moves.length / perDocument);
  for (let told = 0; told < world.moves.length;) {
    const document: Said[] = isNumbered ? [{ text: `${capitalize(doc)} ${documents.length + 1}.` }] : [];
    const next = Math.max(told + 1, Math.floor(((documents.length + 1) * world.moves.length) / documentCount));
    for (const move of world.moves.slice(told, next)) {
      for (const [item, stay] of move.after) histories.get(item)?.push(stay);
      document.push(say(move));
    }
    told = next;
    documents.push(document);
    const read = documents.length;
    if (isNumbered) further.push(...new StateQuestions(world, histories, read, random).after(random.pick(world.items), doc, documentCount));
    if (read % every === 0 && told < world.moves.length) during.push(...asking(new StateQuestions(world, histories, read, random), 2));
  }
  const end = new StateQuestions(world, histories, documents.length, random);
  const before = during.slice(0, Math.floor(limit / 2));
  const after = further.length > 0 ? end.singles(limit - before.length, further) : asking(end, limit - before.length);
  const questions = [...before, ...after].slice(0, limit);
  const filled = addFiller(documents, left - questions.length * TOKENS_PER_QUESTION, cast, random);
  return { task: `practice_state_${level.deepest}`, documents: filled, questions };
}

/** Words moves in one way throughout, or in any; with probability `annotate`, says what they come to. */
function createWording({ form }: StateWorld, annotate: number, random: Random): (move: Move) => Said {
  const way = random.chance(0.25) ? random.integer(0, 4) : undefined;
  const word = (templates: readonly string[]): string =>
    way === undefined ? random.pick(templates) : (templates[way % templates.length] ?? "");
  return ({ templates, slots, fact, after, isStart }) => {
    const text = fill(word(templates), slots);
    if (isStart || !random.chance(annotate)) return { text, fact };
    const template = random.pick(form.outcome);
    const outcomes = after.map(([item, { place }]) => template.replace("{I}", item).replace("{P}", mark(place)));
    return { ...takeMarks(`${text.slice(0, -1)}; now ${outcomes.join(", ")}.`), fact };
  };
}

const capitalize = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);
