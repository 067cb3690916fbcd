import type { FactPlace, World } from "./facts.ts";

/** Where an item is, and the facts that tell. */
export interface State {
  readonly place: string;
  readonly support: readonly FactPlace[];
}

/** Places of all items at the end of a world. */
export interface States {
  at(item: string, when: "now" | "before"): State | undefined;
}

/** Plays a world's moves in their order. @throws RangeError where a move refers to an item that is nowhere yet. */
export function createStates(world: World): States {
  const histories = new Map<string, State[]>();
  const now = (item: string): State => {
    const state = histories.get(item)?.at(-1);
    if (state === undefined) throw new RangeError(`The place of "${item}" is used before it is stated.`);
    return state;
  };
  const move = (item: string, state: State): void => {
    const history = histories.get(item);
    if (history === undefined) histories.set(item, [state]);
    else history.push(state);
  };
  world.forEach((facts, document) => {
    facts.forEach((stated, fact) => {
      const because = (state: State): State => ({ place: state.place, support: [...state.support, { document, fact }] });
      if (stated.type === "put") {
        move(stated.item, because(typeof stated.at === "string" ? { place: stated.at, support: [] } : now(stated.at.whereIs)));
      } else if (stated.type === "swap") {
        const [first, second] = stated.items;
        const [stateOfFirst, stateOfSecond] = [now(first), now(second)];
        move(first, because(stateOfSecond));
        move(second, because(stateOfFirst));
      }
    });
  });
  return {
    at(item, when) {
      const history = histories.get(item) ?? [];
      const [before, last] = [history.at(-2), history.at(-1)];
      if (when === "now" || before === undefined) return when === "now" ? last : undefined;
      // The last move is evidence too: without it, "before" would be an earlier place.
      return { place: before.place, support: [...before.support, ...(last?.support.slice(-1) ?? [])] };
    },
  };
}
