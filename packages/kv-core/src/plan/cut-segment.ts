import type { Segment, SegmentEncoding } from "./segment.ts";
import { piecePages } from "./segment-parts.ts";

/** The tokens of a segment in its parts `startPart .. endPart - 1`: pages, or pieces where it is encoded. */
export function cutSegment(segment: Segment, startPart: number, endPart: number, pageSize: number): Segment {
  if (segment.encoding !== undefined) return cutEncoded(segment, segment.encoding, startPart, endPart);
  const { positions, ...rest } = segment;
  const from = Math.max(0, startPart * pageSize - segment.skip);
  const to = Math.min(segment.length, endPart * pageSize - segment.skip);
  return {
    ...rest,
    pages: segment.pages.slice(startPart, endPart),
    skip: startPart === 0 ? segment.skip : 0,
    length: to - from,
    firstPosition: positions?.[from] ?? segment.firstPosition + from,
    ...(positions === undefined ? {} : { positions: positions.slice(from, to) }),
  };
}

function cutEncoded(segment: Segment, { codec, pieces }: SegmentEncoding, start: number, end: number): Segment {
  const kept = pieces.slice(start, end);
  const tokensOf = (some: SegmentEncoding["pieces"]): number => some.reduce((sum, { tokens }) => sum + tokens, 0);
  return {
    ...segment,
    pages: piecePages(kept),
    length: tokensOf(kept),
    firstPosition: segment.firstPosition + tokensOf(pieces.slice(0, start)),
    encoding: { codec, pieces: kept },
  };
}
