import type { PageId, SequenceId } from "../ids.ts";
import type { Segment, SegmentRole } from "../plan/segment.ts";

/** The tokens that a sequence has in one page: consecutive slots from `skip` on. */
export interface PagePiece {
  readonly page: PageId;
  readonly role: SegmentRole;
  readonly skip: number;
  readonly length: number;
  /** Stored position of the first token. */
  readonly firstPosition: number;
  /** Reader position = stored position + shift. */
  readonly shift: number;
  /** Stored position of every token where there are gaps; consecutive from `firstPosition` otherwise. */
  readonly positions?: readonly number[];
}

/** Stored positions of a piece's tokens. */
export function piecePositions(piece: PagePiece): readonly number[] {
  return piece.positions ?? Array.from({ length: piece.length }, (_, index) => piece.firstPosition + index);
}

/** A piece of these stored positions, without the list where they are consecutive. */
export function makePiece(fields: Omit<PagePiece, "firstPosition" | "length" | "positions">, positions: readonly number[]): PagePiece {
  const firstPosition = positions[0] ?? 0;
  const isConsecutive = positions.every((position, index) => position === firstPosition + index);
  return { ...fields, length: positions.length, firstPosition, ...(isConsecutive ? {} : { positions }) };
}

/**
 * The fewest segments that read these pieces in order. Where a segment ends depends on positions and slots alone, never on who else uses a
 * page, so that sharing cannot change a result.
 */
export function toSegments(pieces: readonly PagePiece[], pageSize: number, readers: readonly SequenceId[]): Segment[] {
  const segments: Segment[] = [];
  let run: PagePiece[] = [];
  for (const piece of pieces) {
    const last = run.at(-1);
    if (last !== undefined && !continues(last, piece, pageSize)) {
      segments.push(toSegment(run, readers));
      run = [];
    }
    run.push(piece);
  }
  if (run.length > 0) segments.push(toSegment(run, readers));
  return segments;
}

function continues(last: PagePiece, next: PagePiece, pageSize: number): boolean {
  if (last.shift !== next.shift || last.skip + last.length !== pageSize || next.skip !== 0) return false;
  const lastPosition = last.positions?.at(-1) ?? last.firstPosition + last.length - 1;
  if (next.firstPosition === lastPosition + 1) return true;
  // Compacted tokens stay together; runs with a hole between them are cheaper to read apart.
  return next.firstPosition > lastPosition && last.positions !== undefined && next.positions !== undefined;
}

function toSegment(run: readonly PagePiece[], readers: readonly SequenceId[]): Segment {
  const first = run[0] as PagePiece;
  const hasGaps = run.some(({ positions }) => positions !== undefined);
  return {
    role: first.role,
    pages: run.map(({ page }) => page),
    skip: first.skip,
    length: run.reduce((sum, { length }) => sum + length, 0),
    firstPosition: first.firstPosition,
    shift: first.shift,
    ...(hasGaps ? { positions: run.flatMap(piecePositions) } : {}),
    readers,
  };
}
