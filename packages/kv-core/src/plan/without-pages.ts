import type { PageId } from "../ids.ts";
import { cutSegment } from "./cut-segment.ts";
import { partCount } from "./segment-parts.ts";
import type { Segment } from "./segment.ts";

/** Segments as they are once some pages are gone: a segment is cut where it loses pages or encoded pieces in its middle. */
export function withoutPages(segments: readonly Segment[], gone: ReadonlySet<PageId>, pageSize: number): Segment[] {
  return segments.flatMap((segment) => (segment.pages.some((page) => gone.has(page)) ? cut(segment, gone, pageSize) : [segment]));
}

function cut(segment: Segment, gone: ReadonlySet<PageId>, pageSize: number): Segment[] {
  const parts: Segment[] = [];
  const count = partCount(segment);
  let start = 0;
  while (start < count) {
    let end = start;
    while (end < count && !isGone(segment, end, gone)) end++;
    if (end > start) parts.push(cutSegment(segment, start, end, pageSize));
    start = end + 1;
  }
  return parts;
}

function isGone({ encoding, pages }: Segment, part: number, gone: ReadonlySet<PageId>): boolean {
  if (encoding === undefined) return gone.has(pages[part] as PageId);
  return encoding.pieces[part]?.pages.some((page) => gone.has(page)) === true;
}
