import type { SequenceId } from "../ids.ts";
import type { ReadPlan } from "./read-plan.ts";
import { cutSegment } from "./cut-segment.ts";
import { partCount, pieceKey } from "./segment-parts.ts";
import type { Segment } from "./segment.ts";
import type { RunPlace, SharedRun } from "./shared-run.ts";

/** What one sequence reads in a step, for itself alone. */
export interface SequenceReads {
  readonly sequence: SequenceId;
  /** Query tokens in this step. */
  readonly rows: number;
  readonly plan: ReadPlan;
}

/** One segment of one sequence. */
interface Member {
  readonly read: number;
  readonly segment: number;
  readonly of: Segment;
  /** Pages or pieces that can be shared: those read to their end, or all where a selector speaks of the whole segment. */
  readonly parts: number;
}

/**
 * Finds what several sequences of a step read in common, page by page: prefixes that they share however these came about, and prefixes of
 * those (a handbook for all, a department's pages for some). Segments are compared from their first page on; one with a selector, whose
 * choice depends on the whole, only as a whole.
 *
 * @returns Runs without overlap, each with all of its readers; outer ones before those that follow them.
 */
export function findSharedRuns(reads: readonly SequenceReads[], pageSize: number): SharedRun[] {
  const buckets = new Map<string, Member[]>();
  reads.forEach(({ plan }, read) => {
    const scope = plan.layers === "all" && plan.kvHead === "all" ? "" : JSON.stringify([plan.layers, plan.kvHead]);
    plan.segments.forEach((of, segment) => {
      const { selector, length, skip, firstPosition, shift, encoding } = of;
      const chosen = selector === undefined ? "" : JSON.stringify([length, selector]);
      const first = encoding?.pieces[0] === undefined ? of.pages[0] : `${encoding.codec} ${pieceKey(encoding.pieces[0])}`;
      const key = `${first},${skip},${firstPosition},${shift},${of.positions === undefined}${chosen}${scope}`;
      const isWhole = selector !== undefined || encoding !== undefined;
      const parts = isWhole ? partCount(of) : Math.floor((skip + length) / pageSize);
      if (parts === 0) return;
      const bucket = buckets.get(key);
      if (bucket === undefined) buckets.set(key, [{ read, segment, of, parts }]);
      else bucket.push({ read, segment, of, parts });
    });
  });
  const runs: SharedRun[] = [];
  for (const members of buckets.values()) {
    if (members.length > 1) collect(members, 0);
  }
  return runs;

  /** Adds the runs of members that agree on their first `from` parts. */
  function collect(members: readonly Member[], from: number): void {
    const [first] = members;
    if (first === undefined || members.length < 2) return;
    const to = commonParts(members, from, pageSize);
    const isWhole = first.of.selector !== undefined;
    if (to > from && (!isWhole || to === first.parts)) runs.push(toRun(members, from, to));
    if (isWhole) return;
    const branches: Member[][] = [];
    for (const member of members) {
      if (to >= member.parts) continue;
      const branch = branches.find(([other]) => other !== undefined && agree(other, member, to, pageSize));
      if (branch === undefined) branches.push([member]);
      else branch.push(member);
    }
    for (const branch of branches) collect(branch, to);
  }

  function toRun(members: readonly Member[], from: number, to: number): SharedRun {
    const { of } = members[0] as Member;
    const readers = members.map(({ read }) => (reads[read] as SequenceReads).sequence);
    const places = members.map(({ read, segment }): RunPlace => ({ read, segment, firstPage: from }));
    const rows = members.reduce((sum, { read }) => sum + (reads[read] as SequenceReads).rows, 0);
    return { segment: { ...cutSegment(of, from, to, pageSize), readers }, rows, places };
  }
}

/** Pages or pieces on which all members agree, counted from 0; at least `from`. */
function commonParts(members: readonly Member[], from: number, pageSize: number): number {
  const first = members[0] as Member;
  const limit = Math.min(...members.map(({ parts }) => parts));
  let to = limit;
  for (const member of members) {
    let part = from;
    while (part < to && agree(first, member, part, pageSize)) part++;
    to = part;
  }
  return to;
}

/** Whether two members read the same tokens of their page or piece number `page`; their segments begin alike. */
function agree(a: Member, b: Member, page: number, pageSize: number): boolean {
  const pieceA = a.of.encoding?.pieces[page];
  const pieceB = b.of.encoding?.pieces[page];
  if (pieceA !== undefined && pieceB !== undefined) return pieceKey(pieceA) === pieceKey(pieceB);
  if (a.of.pages[page] !== b.of.pages[page]) return false;
  if (a.of.positions === undefined || b.of.positions === undefined) return true;
  const from = Math.max(0, page * pageSize - a.of.skip);
  const to = Math.min(a.of.length, (page + 1) * pageSize - a.of.skip);
  for (let token = from; token < to; token++) if (a.of.positions[token] !== b.of.positions[token]) return false;
  return true;
}
