import type { BytesAt } from "../backend/encoded-pages.ts";
import type { PageId, SequenceId } from "../ids.ts";
import type { EncodedPiece, Segment, SegmentRole } from "../plan/segment.ts";
import { piecePages } from "../plan/segment-parts.ts";

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

/** A page that encoded bytes fill from its start on. */
export interface FilledPage {
  readonly page: PageId;
  /** Bytes in use; what follows them is free. */
  readonly used: number;
}

/** Where a state lies that pieces are encoded with. */
export interface StatePlace {
  readonly at: BytesAt;
  readonly length: number;
}

/** Consecutive tokens in a codec's form. */
export interface CodedPiece extends Omit<PagePiece, "page" | "skip" | "positions"> {
  readonly codec: string;
  readonly encoded: EncodedPiece;
  /** How far each of the piece's pages was filled when the piece was placed. */
  readonly filled: readonly FilledPage[];
  /** States by layer and KV head, in the order of a directory's items. */
  readonly states: readonly StatePlace[];
}

export type CachePiece = PagePiece | CodedPiece;

export function isCoded(piece: CachePiece): piece is CodedPiece {
  return "encoded" in piece;
}

/** Pages that a piece holds a reference to. */
export function pagesOf(piece: CachePiece): readonly PageId[] {
  return isCoded(piece) ? piece.encoded.pages : [piece.page];
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
export function toSegments(pieces: readonly CachePiece[], pageSize: number, readers: readonly SequenceId[]): Segment[] {
  const segments: Segment[] = [];
  let run: CachePiece[] = [];
  const close = (): void => {
    const [first] = run;
    if (first === undefined) return;
    // A run is of one kind.
    segments.push(isCoded(first) ? codedSegment(run.filter(isCoded), first, readers) : denseSegment(run as PagePiece[], first, readers));
    run = [];
  };
  for (const piece of pieces) {
    const last = run.at(-1);
    if (last !== undefined && !continues(last, piece, pageSize)) close();
    run.push(piece);
  }
  close();
  return segments;
}

function continues(last: CachePiece, next: CachePiece, pageSize: number): boolean {
  if (last.shift !== next.shift) return false;
  if (isCoded(last) || isCoded(next)) {
    return isCoded(last) && isCoded(next) && last.codec === next.codec && last.firstPosition + last.length === next.firstPosition;
  }
  if (last.skip + last.length !== pageSize || next.skip !== 0) return false;
  const lastPosition = last.positions?.at(-1) ?? last.firstPosition + last.length - 1;
  if (next.firstPosition === lastPosition + 1) return true;
  // Compacted tokens stay together; runs with a hole between them are cheaper to read apart.
  return next.firstPosition > lastPosition && last.positions !== undefined && next.positions !== undefined;
}

function denseSegment(run: readonly PagePiece[], first: PagePiece, readers: readonly SequenceId[]): Segment {
  const hasGaps = run.some(({ positions }) => positions !== undefined);
  return {
    role: first.role,
    pages: run.map(({ page }) => page),
    skip: first.skip,
    length: lengthOf(run),
    firstPosition: first.firstPosition,
    shift: first.shift,
    ...(hasGaps ? { positions: run.flatMap(piecePositions) } : {}),
    readers,
  };
}

function codedSegment(run: readonly CodedPiece[], first: CodedPiece, readers: readonly SequenceId[]): Segment {
  const { role, firstPosition, shift, codec } = first;
  const pieces = run.map(({ encoded }) => encoded);
  return { role, pages: piecePages(pieces), skip: 0, length: lengthOf(run), firstPosition, shift, readers, encoding: { codec, pieces } };
}

function lengthOf(run: readonly CachePiece[]): number {
  return run.reduce((sum, { length }) => sum + length, 0);
}
