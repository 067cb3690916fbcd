import { multidocParts, type Random } from "@kvasir/kv-eval";
import type { Ask, Solved } from "./practice-lesson.ts";
import type { Stay, StateWorld } from "./practice-state-world.ts";

const { fill, holderForm } = multidocParts;

/** Something with the steps that it takes to tell. */
export interface Graded<T> {
  readonly value: T;
  readonly depth: number;
}

/** How often questions of each depth are asked: what one sentence says is soon learnt. */
const DEPTH_WEIGHTS: readonly number[] = [1, 3, 4, 4, 3, 2];
/** Share of the questions that one sentence answers that are asked at all. */
const SHALLOW = 0.4;
const MOST_LISTED = 8;

/** What is known of a world after `read` documents. */
export class StateQuestions {
  readonly #world: StateWorld;
  readonly #histories: ReadonlyMap<string, readonly Stay[]>;
  readonly #read: number;
  readonly #random: Random;

  /** @param histories Stays so far of every item, oldest first. */
  constructor(world: StateWorld, histories: ReadonlyMap<string, readonly Stay[]>, read: number, random: Random) {
    this.#world = world;
    this.#histories = new Map([...histories].map(([item, stays]) => [item, [...stays]]));
    this.#read = read;
    this.#random = random;
  }

  /** Where items are and where they were before, `count` of them, more of those that take several steps. */
  singles(count: number, further: readonly Graded<Ask>[] = []): Ask[] {
    const all = this.#placed.flatMap((item) => [...this.#single(item, "now"), ...this.#single(item, "before")]);
    const asked = [...all, ...further].filter(({ depth }) => depth > 0 || this.#random.chance(SHALLOW));
    return this.#chooseByDepth(asked.length > 0 ? asked : all, count);
  }

  /** Where one item was after an earlier document. */
  after(item: string, document: string, read: number): Graded<Ask>[] {
    const stay = this.#histories.get(item)?.at(-1);
    if (stay === undefined) return [];
    const at = `${document} ${this.#read}`;
    const text = this.#isOfHolders ? `Who had the ${item} after ${at}?` : `Where was the ${item} after ${at}?`;
    const query = { type: "state", item, when: "now" } as const;
    return [{ value: { text, query, answer: stay.place, read, asOf: this.#read }, depth: stay.chain.length }];
  }

  /** Where several items are, in the order in which the question names them: as many steps as single questions take, in fewer words. */
  list(): Ask[] {
    const items = this.#chooseItems(this.#random.integer(2, MOST_LISTED));
    const solved = items.flatMap((item) => this.#solved(item, "now"));
    const isNamed = this.#random.chance(0.5);
    const named = this.#random.chance(0.5) ? items.join(", ") : items.map((item) => `the ${item}`).join(", ");
    const asked = this.#isOfHolders
      ? this.#random.pick(["Who has each of these now", "Name the present holders"])
      : this.#random.pick(["Where is each of these now", "Name the present places"]);
    const spoken = solved.map(({ answer }, i) => (isNamed ? `${items[i]}: ${answer}` : answer)).join(", ");
    return this.#together(`${asked}${isNamed ? ", with names" : ""}: ${named}?`, solved, spoken);
  }

  /** All places of one item, first to last. */
  history(): Ask[] {
    const moved = this.#placed.filter((item) => (this.#histories.get(item)?.length ?? 0) > 1);
    const item = this.#random.pick(moved.length > 0 ? moved : this.#placed);
    const places = (this.#histories.get(item) ?? []).map(({ place }) => place);
    const text = this.#isOfHolders
      ? this.#random.pick([`Who had the ${item}, from first to last?`, `Name all holders of the ${item} in order.`])
      : this.#random.pick([`Where was the ${item}, from first to last?`, `Name all places of the ${item} in order.`]);
    return this.#together(text, [...this.#solved(item, "before"), ...this.#solved(item, "now")], places.join(", "));
  }

  /** By way of which items one knows where an item is, and where that is: each step by itself. */
  traces(count: number): Ask[] {
    return this.#chooseItems(count).flatMap((item) => {
      const chain = this.#stay(item, "now")?.chain ?? [];
      const [solved] = this.#solved(item, "now");
      if (solved === undefined) return [];
      const text = this.#isOfHolders ? `Trace the ${item} to its holder.` : `Trace the ${item} to its place.`;
      return [{ text, ...solved, ...(chain.length > 0 && { spoken: `${chain.join(", ")}: ${solved.answer}` }), read: this.#read }];
    });
  }

  get #isOfHolders(): boolean {
    return this.#world.form === holderForm;
  }

  get #placed(): readonly string[] {
    return this.#world.items.filter((item) => (this.#histories.get(item)?.length ?? 0) > 0);
  }

  #stay(item: string, when: "now" | "before"): Stay | undefined {
    return this.#histories.get(item)?.at(when === "now" ? -1 : -2);
  }

  #depth(item: string, when: "now" | "before"): number {
    return this.#stay(item, when)?.chain.length ?? 0;
  }

  #solved(item: string, when: "now" | "before"): Solved[] {
    const stay = this.#stay(item, when);
    return stay === undefined ? [] : [{ query: { type: "state", item, when }, answer: stay.place }];
  }

  #single(item: string, when: "now" | "before"): Graded<Ask>[] {
    const text = fill(this.#random.pick(this.#world.form[when]), { I: item });
    const depth = this.#depth(item, when);
    return this.#solved(item, when).map((solved) => ({ value: { text, ...solved, read: this.#read }, depth }));
  }

  #together(text: string, solved: readonly Solved[], spoken: string): Ask[] {
    const last = solved.at(-1);
    return last === undefined ? [] : [{ text, ...last, includes: solved, spoken, read: this.#read }];
  }

  #chooseItems(count: number): string[] {
    const graded = this.#placed.map((item) => ({ value: item, depth: this.#depth(item, "now") }));
    return this.#chooseByDepth(graded, count);
  }

  /** Without replacement: each draws a key whose chance to be among the highest grows with its weight. */
  #chooseByDepth<T>(graded: readonly Graded<T>[], count: number): T[] {
    const keyed = graded.map(({ value, depth }) => ({ value, key: this.#random.fraction() ** (1 / (DEPTH_WEIGHTS[depth] ?? 1)) }));
    const chosen = keyed.toSorted((a, b) => b.key - a.key).slice(0, count);
    return this.#random.shuffle(chosen).map(({ value }) => value);
  }
}
