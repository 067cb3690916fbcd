import { cutSegment } from "./cut-segment.ts";
import type { SequenceReads } from "./find-shared-runs.ts";
import type { ReadPlan } from "./read-plan.ts";
import { partCount } from "./segment-parts.ts";
import type { Segment } from "./segment.ts";
import type { SharedRun } from "./shared-run.ts";

/**
 * Read plans of a step in which the chosen runs stand once, as segments of all of their readers, and no longer among what each reads for
 * itself. Every sequence reads the same tokens at the same positions as before.
 *
 * @param runs some of those that `findSharedRuns` found in `reads`
 */
export function shareReads(reads: readonly SequenceReads[], runs: readonly SharedRun[], pageSize: number): ReadPlan[] {
  /** Ranges of pages or pieces taken out, by segment, by read. */
  const taken = new Map<number, Map<number, [from: number, to: number][]>>();
  const shared = new Map<string, { readonly plan: ReadPlan; readonly segments: Segment[] }>();
  for (const { segment, places } of runs) {
    for (const place of places) {
      const ofRead = taken.get(place.read) ?? new Map<number, [number, number][]>();
      taken.set(place.read, ofRead);
      const ranges = ofRead.get(place.segment) ?? [];
      ofRead.set(place.segment, ranges);
      ranges.push([place.firstPage, place.firstPage + partCount(segment)]);
    }
    const plan = reads[places[0]?.read ?? -1]?.plan;
    if (plan === undefined) continue;
    const scope = JSON.stringify([plan.layers, plan.kvHead]);
    const together = shared.get(scope) ?? { plan, segments: [] };
    shared.set(scope, together);
    together.segments.push(segment);
  }
  const together = [...shared.values()].map(({ plan, segments }): ReadPlan => ({ ...plan, segments }));
  const own = reads.map(({ plan }, read): ReadPlan => {
    const ofRead = taken.get(read);
    if (ofRead === undefined) return plan;
    return { ...plan, segments: plan.segments.flatMap((segment, index) => withoutRanges(segment, ofRead.get(index) ?? [], pageSize)) };
  });
  return [...together, ...own.filter(({ segments }) => segments.length > 0)];
}

function withoutRanges(segment: Segment, ranges: readonly (readonly [from: number, to: number])[], pageSize: number): Segment[] {
  if (ranges.length === 0) return [segment];
  const left: Segment[] = [];
  let next = 0;
  const end = partCount(segment);
  for (const [from, to] of [...ranges.toSorted(([a], [b]) => a - b), [end, end] as const]) {
    if (from > next) left.push(cutSegment(segment, next, from, pageSize));
    next = to;
  }
  return left;
}
