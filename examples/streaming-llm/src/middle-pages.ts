import { storedPosition, type PageId, type Segment, type SequenceView } from "@kvasir/kv-core";

/** Pages whose every token lies at a position in `[from, to)` of the sequence. */
export function pagesBetween(sequence: SequenceView, from: number, to: number): PageId[] {
  return sequence.segments.flatMap((segment) =>
    segment.pages.filter((_, index) => {
      const first = Math.max(0, index * sequence.pageSize - segment.skip);
      const end = Math.min(segment.length, (index + 1) * sequence.pageSize - segment.skip);
      return first < end && positionOf(segment, first) >= from && positionOf(segment, end - 1) < to;
    }),
  );
}

/** Position, in the sequence's own coordinates, of the segment's token number `offset`. */
function positionOf(segment: Segment, offset: number): number {
  return storedPosition(segment, offset) + segment.shift;
}
