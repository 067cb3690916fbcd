import type { Random } from "../../random.ts";
import type { Asked, Draft, DraftRequest, Sentence } from "../draft.ts";
import type { Fact } from "../facts.ts";
import { fill } from "../grammar/fill.ts";
import { pickWeighted } from "../pick-weighted.ts";
import { holderForm, type StateForm, stateForms } from "../grammar/state-forms.ts";

/** Where an item is, and how many moves it takes to find out. */
interface State {
  readonly place: string;
  /** References to other items' places since a place was last named; 0 where the last move names it. */
  readonly depth: number;
  /** The item whose place it was. */
  readonly from?: string;
}

interface Move {
  readonly templates: readonly string[];
  readonly slots: Readonly<Record<string, string>>;
  readonly fact: Fact;
  readonly after: ReadonlyMap<string, State>;
}

const BEFORE = 0.2;
/** How often a first question takes so many moves of other items, from none. */
const DEPTH_WEIGHTS: readonly number[] = [0.25, 0.45, 0.2, 0.1];
const LURE = 0.8;

/**
 * T4: things move from document to document: to a named place, to where another thing is at that time, or by changing places with it. What
 * is where follows only from the moves in their order.
 */
export function buildRunningState({ random, cast, documents, density, annotate, maxDepth }: DraftRequest): Draft {
  const moves = Math.max(9, Math.round(documents * density));
  const items = cast.drawMany("object", Math.min(Math.max(3, Math.round(moves / 4)), 8));
  const form = random.pick(stateForms);
  const places = cast.drawMany(form === holderForm ? "person" : "room", items.length + 2);
  const deepest = Math.min(maxDepth, 3);
  const histories = new Map<string, State[]>(items.map((item) => [item, []]));
  const last = (item: string): State => histories.get(item)?.at(-1) ?? { place: "", depth: Number.POSITIVE_INFINITY };

  const start = (item: string): Move => put(item, random.pick(places), form.start);
  const put = (item: string, place: string, templates: readonly string[]): Move => ({
    templates,
    slots: { I: item, P: place },
    fact: { type: "put", item, at: place },
    after: new Map([[item, { place, depth: 0 }]]),
  });
  const join = (item: string, other: string): Move => ({
    templates: form.join,
    slots: { I: item, J: other },
    fact: { type: "put", item, at: { whereIs: other } },
    after: new Map([[item, { place: last(other).place, depth: last(other).depth + 1, from: other }]]),
  });
  const swap = (item: string, other: string): Move => ({
    templates: form.swap,
    slots: { I: item, J: other },
    fact: { type: "swap", items: [item, other] },
    after: new Map([
      [item, { place: last(other).place, depth: last(other).depth + 1, from: other }],
      [other, { place: last(item).place, depth: last(item).depth + 1, from: item }],
    ]),
  });
  const choose = (): Move => {
    const item = random.pick(items);
    const elsewhere = items.filter((other) => last(other).place !== last(item).place && last(other).depth < deepest);
    const kind = random.fraction();
    if (elsewhere.length === 0 || kind < 0.4) return put(item, random.pick(places.filter((place) => place !== last(item).place)), form.put);
    const other = random.pick(elsewhere);
    return kind < 0.6 || last(item).depth >= deepest ? join(item, other) : swap(item, other);
  };
  const apply = (move: Move): Sentence => {
    for (const [item, state] of move.after) histories.get(item)?.push(state);
    const text = fill(random.pick(move.templates), move.slots);
    return {
      text: move.templates !== form.start && random.chance(annotate) ? addOutcome(text, form, move, random) : text,
      fact: move.fact,
    };
  };

  // Starts come first; then every document tells about as many moves as any other.
  const written: Sentence[][] = Array.from({ length: documents }, () => []);
  const starts = random.shuffle(items);
  for (let i = 0; i < items.length + moves; i++) {
    const item = starts[i];
    written[Math.floor((i * documents) / (items.length + moves))]?.push(apply(item === undefined ? choose() : start(item)));
  }
  return { documents: written, questions: askAll(items, histories, form, random) };
}

function addOutcome(text: string, form: StateForm, { after }: Move, random: Random): string {
  const template = random.pick(form.outcome);
  const outcomes = [...after].map(([item, { place }]) => template.replace("{I}", item).replace("{P}", place));
  return `${text.slice(0, -1)}; now ${outcomes.join(", ")}.`;
}

/** First a question of a random kind, then all others. */
function askAll(items: readonly string[], histories: ReadonlyMap<string, readonly State[]>, form: StateForm, random: Random): Asked[] {
  const ask = (item: string, when: "now" | "before"): Asked[] => {
    const answer = histories.get(item)?.at(when === "now" ? -1 : -2)?.place;
    if (answer === undefined) return [];
    return [{ text: fill(random.pick(form[when]), { I: item }), query: { type: "state", item, when }, answer }];
  };
  const when = random.chance(BEFORE) ? "before" : "now";
  const depthOf = (item: string): number => histories.get(item)?.at(when === "now" ? -1 : -2)?.depth ?? 0;
  const depth = pickWeighted(
    DEPTH_WEIGHTS.map((weight, i) => (items.some((item) => depthOf(item) === i) ? weight : 0)),
    random,
  );
  // Where that other item was named to be last is mostly not the answer: who looks it up at the end finds a later place.
  const lures = (item: string): boolean => {
    const state = histories.get(item)?.at(when === "now" ? -1 : -2);
    const named = histories.get(state?.from ?? "")?.findLast((one) => one.depth === 0);
    return named !== undefined && named.place !== state?.place;
  };
  const lure = random.chance(LURE);
  const fitness = (item: string): number => 2 * Number(depthOf(item) === depth) + Number(lures(item) === lure);
  const preferred = random.shuffle(items).toSorted((a, b) => fitness(b) - fitness(a));
  const first = preferred.flatMap((item) => ask(item, when)).slice(0, 1);
  const all = items.flatMap((item) => [...ask(item, "now"), ...ask(item, "before")]);
  return [
    ...first,
    ...random.shuffle(all.filter(({ query }) => !first.some((one) => JSON.stringify(one.query) === JSON.stringify(query)))),
  ];
}
