import type { SequenceId } from "../ids.ts";
import type { Segment } from "../plan/segment.ts";
import { type CachePiece, isCoded, toSegments } from "./page-piece.ts";

/**
 * The segments of a sequence that is asked for them in every step. Mostly it has grown by a token in its last page since the last time: then
 * only the last segment's length differs, and lists of pages, which can be long, are not made again.
 */
export class SegmentMemo {
  #pieces: CachePiece[] = [];
  #segments: readonly Segment[] = [];

  /** What `toSegments` returns. */
  toSegments(pieces: readonly CachePiece[], pageSize: number, readers: readonly SequenceId[]): Segment[] {
    const grown = this.#grownBy(pieces);
    if (grown === undefined) {
      this.#pieces = [...pieces];
      this.#segments = toSegments(pieces, pageSize, []);
    } else if (grown !== 0) {
      this.#pieces = [...pieces];
      const last = this.#segments.length - 1;
      this.#segments = this.#segments.map((segment, index) => (index === last ? { ...segment, length: segment.length + grown } : segment));
    }
    return this.#segments.map((segment) => ({ ...segment, readers }));
  }

  /** By how many tokens the last piece has grown, where nothing else has changed; undefined where something has. */
  #grownBy(pieces: readonly CachePiece[]): number | undefined {
    const known = this.#pieces;
    const last = pieces.length - 1;
    if (last < 0 || known.length !== pieces.length) return undefined;
    for (let index = 0; index < last; index++) if (pieces[index] !== known[index]) return undefined;
    const before = known[last] as CachePiece;
    const now = pieces[last] as CachePiece;
    if (before === now) return 0;
    if (isCoded(before) || isCoded(now) || this.#segments.at(-1)?.positions !== undefined || now.positions !== undefined) return undefined;
    const isSamePlace = before.page === now.page && before.skip === now.skip && before.role === now.role;
    const isSamePosition = before.firstPosition === now.firstPosition && before.shift === now.shift && before.positions === undefined;
    return isSamePlace && isSamePosition ? now.length - before.length : undefined;
  }
}
