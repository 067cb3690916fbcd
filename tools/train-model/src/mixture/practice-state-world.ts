import { type MultidocFact, multidocParts, type Random } from "@kvasir/kv-eval";

const { holderForm, stateForms } = multidocParts;

export type MoveKind = "put" | "join" | "swap";

/** Which moves a world has, and how many of them may build on each other. */
export interface StateLevel {
  /** Drawn from evenly. */
  readonly kinds: readonly MoveKind[];
  /** Most references to other items' places since a place was last named. */
  readonly deepest: number;
}

/** Where an item was from one move to its next. */
export interface Stay {
  readonly place: string;
  /** Items by whose places it is told, each where it was at that time; the last one's place is named. As many steps does it take to tell. */
  readonly chain: readonly string[];
}

/** A statement of where an item is, or of what changes that. */
export interface Move {
  readonly templates: readonly string[];
  readonly slots: Readonly<Record<string, string>>;
  readonly fact: MultidocFact;
  /** Of the items that moved. */
  readonly after: readonly (readonly [item: string, stay: Stay])[];
  /** Whether it says where an item is at first. */
  readonly isStart: boolean;
}

/** Things and what happens to them, in order. */
export interface StateWorld {
  readonly form: multidocParts.StateForm;
  readonly items: readonly string[];
  readonly moves: readonly Move[];
}

/** Draws where all items are at first, and `moves` moves. */
export function drawStateWorld(
  random: Random,
  cast: multidocParts.Cast,
  { kinds, deepest }: StateLevel,
  itemCount: number,
  moves: number,
): StateWorld {
  const form = random.pick(stateForms);
  const items = cast.drawMany("object", itemCount);
  const places = cast.drawMany(form === holderForm ? "person" : "room", itemCount + random.integer(1, 2));
  const now = new Map<string, Stay>();
  const stayOf = (item: string): Stay => now.get(item) ?? { place: "", chain: [] };
  const byWayOf = (item: string): Stay => ({ place: stayOf(item).place, chain: [item, ...stayOf(item).chain] });

  const put = (item: string, place: string, isStart: boolean): Move => ({
    templates: isStart ? form.start : form.put,
    slots: { I: item, P: place },
    fact: { type: "put", item, at: place },
    after: [[item, { place, chain: [] }]],
    isStart,
  });
  const draw = (): Move => {
    const item = random.pick(items);
    const kind = random.pick(kinds);
    const elsewhere = items.filter((other) => stayOf(other).place !== stayOf(item).place && stayOf(other).chain.length < deepest);
    if (kind === "put" || elsewhere.length === 0) {
      return put(item, random.pick(places.filter((place) => place !== stayOf(item).place)), false);
    }
    const other = random.pick(elsewhere);
    const slots = { I: item, J: other };
    // Both of a swap depend on one more move; an item that may not goes along alone.
    if (kind === "join" || stayOf(item).chain.length >= deepest) {
      return {
        templates: form.join,
        slots,
        fact: { type: "put", item, at: { whereIs: other } },
        after: [[item, byWayOf(other)]],
        isStart: false,
      };
    }
    return {
      templates: form.swap,
      slots,
      fact: { type: "swap", items: [item, other] },
      after: [
        [item, byWayOf(other)],
        [other, byWayOf(item)],
      ],
      isStart: false,
    };
  };
  const starts = random.shuffle(items);
  const told = Array.from({ length: items.length + moves }, (_, i) => {
    const item = starts[i];
    const move = item === undefined ? draw() : put(item, random.pick(places), true);
    for (const [moved, stay] of move.after) now.set(moved, stay);
    return move;
  });
  return { form, items, moves: told };
}
