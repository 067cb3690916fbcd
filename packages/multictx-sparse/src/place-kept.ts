import type { CachedContext, PlacedContext, PlacementPlan } from "@kvasir/kv-core";
import type { Recompute } from "./multictx-sparse-options.ts";

/**
 * Contexts one after another, each with the tokens that are kept of it, and what of these is computed again. The first tokens of what
 * stands where it was computed, with nothing before it, are right as they are.
 * @param keepOf offsets kept of a context, by its index; contexts of which nothing is kept are left out
 */
export function placeKept(
  contexts: readonly CachedContext[],
  keepOf: (index: number) => readonly number[] | "all",
  recompute: Recompute,
): PlacementPlan {
  const placed = contexts
    .map(({ pages, skip = 0, length, firstPosition, startPosition }, index): PlacedContext => {
      return { pages, skip, length, firstPosition, startPosition, keep: keepOf(index) };
    })
    .filter(({ keep }) => keep.length > 0);
  const positions = recompute === "none" ? [] : placed.flatMap((context, index) => againIn(context, index === 0, recompute));
  return {
    contexts: placed,
    cachedTokens: placed.reduce((sum, { length }) => sum + length, 0),
    recompute: positions.length === 0 ? [] : [{ layers: "all", positions, blend: 1 }],
  };
}

function againIn(context: PlacedContext, isFirst: boolean, recompute: Exclude<Recompute, "none">): number[] {
  const { keep, length, startPosition, firstPosition } = context;
  const isRight = isFirst && keep === "all" && startPosition === firstPosition;
  if (isRight) return [];
  const kept = keep === "all" ? Array.from({ length }, (_, offset) => offset) : keep;
  const again = recompute === "kept" ? kept : kept.filter((offset) => offset < recompute.firstTokens);
  return again.map((offset) => startPosition + offset);
}
