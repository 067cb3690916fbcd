import { type MultidocFact, multidocParts, type Random } from "@kvasir/kv-eval";
import { addFiller, type Ask, drawSize, type Lesson, mark, type Said, takeMarks } from "./practice-lesson.ts";

const { createCast, documentNouns, fill, holderForm, stateForms } = multidocParts;

const TOKENS_PER_MOVE = 16;
const TOKENS_PER_QUESTION = 24;
/** Of a move and the questions about it. */
const TOKENS_PER_CASE = 60;
/** Share of lessons with a single thing. */
const SINGLE = 0.1;
const MOST_QUESTIONS = 40;
/** Share of lessons that ask after every document. */
const INTERLEAVED = 0.5;
/** Share of lessons whose documents are numbered, so that the end can ask about any time. */
const NUMBERED = 0.3;

/** Moves that may be drawn, the simplest first. */
const LEVELS = [["put"], ["put", "put", "join"], ["put", "join"], ["put", "join", "swap"], ["join", "swap", "put", "swap"]] as const;

interface Move {
  readonly templates: readonly string[];
  readonly slots: Readonly<Record<string, string>>;
  readonly fact: MultidocFact;
  /** New places of the items that moved. */
  readonly after: readonly (readonly [item: string, place: string])[];
}

/** Few things and few moves at first, asked about after every move: where each is then, where it was before, and where all are at the end. */
export function stateLesson(random: Random, tokens: number): Lesson {
  const cast = createCast(random.fork("cast"));
  const room = Math.max(3, Math.floor(tokens / TOKENS_PER_CASE));
  const items = cast.drawMany("object", random.chance(SINGLE) ? 1 : Math.min(drawSize(random, 2, 8), room - 1));
  const moves = drawSize(random, 2, Math.max(2, Math.min(36, room - items.length)));
  const form = random.pick(stateForms);
  const places = cast.drawMany(form === holderForm ? "person" : "room", items.length + random.integer(1, 2));
  const level = items.length > 1 ? random.pick(LEVELS) : LEVELS[0];
  const annotate = random.pick([0, 0, 0, 0.5, 1]);
  const doc = random.pick(documentNouns);
  const isInterleaved = random.chance(INTERLEAVED);
  const isNumbered = random.chance(NUMBERED);
  const perDocument = random.pick([1, 1, 1, 2, 3]);
  const way = random.chance(0.4) ? random.integer(0, 4) : undefined;
  const word = (templates: readonly string[]): string =>
    way === undefined ? random.pick(templates) : (templates[way % templates.length] ?? "");

  const histories = new Map<string, string[]>(items.map((item) => [item, []]));
  const placeOf = (item: string): string => histories.get(item)?.at(-1) ?? "";
  const documents: Said[][] = [];
  const during: Ask[] = [];
  const later: Ask[] = [];
  const starts = random.shuffle(items);
  for (let told = 0; told < items.length + moves;) {
    const document: Said[] = [];
    if (isNumbered) document.push({ text: `${capitalize(doc)} ${documents.length + 1}.` });
    const touched = new Set<string>();
    for (let i = random.integer(Math.min(2, perDocument), perDocument); i > 0 && told < items.length + moves; i--, told++) {
      const item = starts[told];
      const move = item === undefined ? draw() : put(item, random.pick(places), form.start);
      for (const [moved, place] of move.after) {
        histories.get(moved)?.push(place);
        touched.add(moved);
      }
      document.push(say(move, item !== undefined));
    }
    documents.push(document);
    const read = documents.length;
    const known = items.filter((item) => placeOf(item) !== "");
    const asked = random.chance(0.7) ? random.pick([...touched]) : random.pick(known);
    if (isInterleaved) during.push(...askAbout(asked, read));
    if (isNumbered) later.push(askThen(random.pick(known), read));
  }
  const end = documents.length;
  const atEnd = random.shuffle([...items.flatMap((item) => askAbout(item, end)), ...later.map((one) => ({ ...one, read: end }))]);
  const left = tokens - (items.length + moves) * TOKENS_PER_MOVE;
  const limit = Math.min(MOST_QUESTIONS, Math.max(3, Math.floor(left / TOKENS_PER_QUESTION)));
  const questions = [...random.shuffle(during).slice(0, Math.ceil(limit / 2)), ...atEnd].slice(0, limit);
  const filled = addFiller(documents, left - questions.length * TOKENS_PER_QUESTION, cast, random);
  return { task: "practice_state", documents: filled, questions };

  function put(item: string, place: string, templates: readonly string[]): Move {
    return { templates, slots: { I: item, P: place }, fact: { type: "put", item, at: place }, after: [[item, place]] };
  }

  function draw(): Move {
    const item = random.pick(items);
    const kind = random.pick(level);
    const elsewhere = items.filter((other) => placeOf(other) !== placeOf(item));
    if (kind === "put" || elsewhere.length === 0)
      return put(item, random.pick(places.filter((place) => place !== placeOf(item))), form.put);
    const other = random.pick(elsewhere);
    const slots = { I: item, J: other };
    if (kind === "join") {
      return { templates: form.join, slots, fact: { type: "put", item, at: { whereIs: other } }, after: [[item, placeOf(other)]] };
    }
    return {
      templates: form.swap,
      slots,
      fact: { type: "swap", items: [item, other] },
      after: [
        [item, placeOf(other)],
        [other, placeOf(item)],
      ],
    };
  }

  function say({ templates, slots, fact, after }: Move, isStart: boolean): Said {
    const text = fill(word(templates), slots);
    if (isStart || !random.chance(annotate)) return { text, fact };
    const template = random.pick(form.outcome);
    const outcomes = after.map(([item, place]) => template.replace("{I}", item).replace("{P}", mark(place)));
    return { ...takeMarks(`${text.slice(0, -1)}; now ${outcomes.join(", ")}.`), fact };
  }

  /** Where an item is after `read` documents and, at times, where it was before. */
  function askAbout(item: string, read: number): Ask[] {
    const [before, now] = histories.get(item)?.slice(-2) ?? [];
    const asks = (when: "now" | "before", answer: string): Ask => ({
      text: fill(random.pick(form[when]), { I: item }),
      query: { type: "state", item, when },
      answer,
      read,
    });
    if (now === undefined) return before === undefined ? [] : [asks("now", before)];
    return [asks("now", now), ...(before !== undefined && random.chance(0.35) ? [asks("before", before)] : [])];
  }

  function askThen(item: string, asOf: number): Ask {
    const text = form === holderForm ? `Who had the ${item} after ${doc} ${asOf}?` : `Where was the ${item} after ${doc} ${asOf}?`;
    return { text, query: { type: "state", item, when: "now" }, answer: placeOf(item), read: asOf, asOf };
  }
}

const capitalize = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);
