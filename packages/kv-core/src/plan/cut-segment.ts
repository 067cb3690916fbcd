import type { Segment } from "./segment.ts";

/** The tokens of a segment in its pages `startPage .. endPage - 1`. */
export function cutSegment(segment: Segment, startPage: number, endPage: number, pageSize: number): Segment {
  const { positions, ...rest } = segment;
  const from = Math.max(0, startPage * pageSize - segment.skip);
  const to = Math.min(segment.length, endPage * pageSize - segment.skip);
  return {
    ...rest,
    pages: segment.pages.slice(startPage, endPage),
    skip: startPage === 0 ? segment.skip : 0,
    length: to - from,
    firstPosition: positions?.[from] ?? segment.firstPosition + from,
    ...(positions === undefined ? {} : { positions: positions.slice(from, to) }),
  };
}
