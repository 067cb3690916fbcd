import type { PageId } from "../ids.ts";
import { cutSegment } from "./cut-segment.ts";
import type { Segment } from "./segment.ts";

/** Segments as they are once some pages are gone: a segment is cut where it loses pages in its middle. */
export function withoutPages(segments: readonly Segment[], gone: ReadonlySet<PageId>, pageSize: number): Segment[] {
  return segments.flatMap((segment) => (segment.pages.some((page) => gone.has(page)) ? cut(segment, gone, pageSize) : [segment]));
}

function cut(segment: Segment, gone: ReadonlySet<PageId>, pageSize: number): Segment[] {
  const parts: Segment[] = [];
  let start = 0;
  while (start < segment.pages.length) {
    let end = start;
    while (end < segment.pages.length && !gone.has(segment.pages[end] as PageId)) end++;
    if (end > start) parts.push(cutSegment(segment, start, end, pageSize));
    start = end + 1;
  }
  return parts;
}

/** Tokens that segments read of each page. */
export function tokensByPage(segments: readonly Segment[], pageSize: number): Map<PageId, number> {
  const tokens = new Map<PageId, number>();
  for (const segment of segments) {
    segment.pages.forEach((page, index) => {
      const { length } = cutSegment(segment, index, index + 1, pageSize);
      tokens.set(page, (tokens.get(page) ?? 0) + length);
    });
  }
  return tokens;
}
