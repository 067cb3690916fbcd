import type { CachedContext, PlacedContext, PlacementPlan, SequenceCache } from "@kvasir/kv-core";

/** Cached tokens of a request that are still to be computed again. */
export interface PendingRecompute {
  /** In the request's own coordinates, ascending. */
  readonly positions: readonly number[];
  /** `page * pageSize + offset` of each. */
  readonly slots: Int32Array;
  /** How many of them are done, from the first on. */
  done: number;
}

/** Positions that a plan computes again, ascending, each once. */
export function recomputedPositions(plan: PlacementPlan): number[] {
  return [...new Set(plan.recompute.flatMap(({ positions }) => positions))].toSorted((a, b) => a - b);
}

/** Pages of its own that a sequence needs for what a plan computes again. */
export function privatePages(plan: PlacementPlan, pageSize: number): number {
  return Math.ceil(recomputedPositions(plan).length / pageSize);
}

/**
 * Carries out a placement on an empty sequence: kept tokens are read where they lie, at a shift; those that are computed again get pages of
 * their own instead; all others are not in the sequence at all.
 * @param length tokens of all contexts together, kept or not
 * @returns what is to be computed; undefined where the pool has not enough pages (release the sequence then)
 */
export function placeContexts(cache: SequenceCache, plan: PlacementPlan, length: number, pageSize: number): PendingRecompute | undefined {
  const positions = recomputedPositions(plan);
  const again = new Set(positions);
  for (const context of plan.contexts) {
    const { startPosition } = context;
    const offsets = keptOffsets(context).filter((offset) => !again.has(startPosition + offset));
    for (const [from, to] of runsOf(offsets)) cache.attach({ ...partOf(context, from, to, pageSize), role: "context" });
  }
  const reserved = cache.reserveAt(positions);
  if (!reserved.ok) return undefined;
  cache.skipTo(length);
  return { positions, slots: reserved.slots, done: 0 };
}

function keptOffsets({ keep, length }: PlacedContext): readonly number[] {
  return keep === "all" ? Array.from({ length }, (_, offset) => offset) : keep;
}

/** Consecutive values as `[from, to)`. */
export function runsOf(values: readonly number[]): [from: number, to: number][] {
  const runs: [number, number][] = [];
  for (const value of values) {
    const last = runs.at(-1);
    if (last !== undefined && last[1] === value) last[1]++;
    else runs.push([value, value + 1]);
  }
  return runs;
}

/** Tokens `[from, to)` of a context. */
function partOf(
  { pages, skip = 0, firstPosition, startPosition }: CachedContext,
  from: number,
  to: number,
  pageSize: number,
): CachedContext {
  const firstPage = Math.floor((skip + from) / pageSize);
  return {
    pages: pages.slice(firstPage, Math.ceil((skip + to) / pageSize)),
    skip: (skip + from) % pageSize,
    length: to - from,
    firstPosition: firstPosition + from,
    startPosition: startPosition + from,
  };
}
