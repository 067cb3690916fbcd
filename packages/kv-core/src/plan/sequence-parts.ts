import type { PageId } from "../ids.ts";
import { cutSegment } from "./cut-segment.ts";
import { partCount } from "./segment-parts.ts";
import type { EncodedPiece, Segment } from "./segment.ts";

/** One page of dense tokens, or one encoded piece, of a sequence. */
export interface SequencePart {
  /** The part alone. */
  readonly segment: Segment;
  /** Absent for encoded pieces. */
  readonly page?: PageId;
  readonly piece?: EncodedPiece;
}

/** The parts of a sequence in token order. */
export function sequenceParts(segments: readonly Segment[], pageSize: number): SequencePart[] {
  return segments.flatMap((whole) =>
    Array.from({ length: partCount(whole) }, (_, index): SequencePart => {
      const segment = cutSegment(whole, index, index + 1, pageSize);
      const piece = segment.encoding?.pieces[0];
      return piece === undefined ? { segment, page: segment.pages[0] as PageId } : { segment, piece };
    }),
  );
}
