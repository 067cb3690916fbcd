import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { PageId, SequenceId } from "../ids.ts";
import { type CachePiece, isCoded, type PagePiece, toSegments } from "./page-piece.ts";
import { SegmentMemo } from "./segment-memo.ts";

const pageSize = 4;
const readers = [1 as SequenceId];

function piece(page: number, firstPosition: number, fields: Partial<PagePiece> = {}): PagePiece {
  return { page: page as PageId, role: "private", skip: 0, length: pageSize, firstPosition, shift: 0, ...fields };
}

const changes = fc.array(
  fc.record({
    kind: fc.constantFrom("grow", "grow", "grow", "push", "drop", "shift", "gap", "role", "move", "none"),
    at: fc.nat(20),
  }),
  { maxLength: 30 },
);

/** Changes a list of pieces as sequences do: pieces are replaced, never written to. */
function change(pieces: CachePiece[], { kind, at }: { readonly kind: string; readonly at: number }, fresh: number): CachePiece[] {
  const last = pieces.at(-1);
  const index = at % Math.max(1, pieces.length);
  const replace = (where: number, fields: Partial<PagePiece>): CachePiece[] =>
    pieces.map((own, place) => (place === where && !isCoded(own) ? { ...own, ...fields } : own));
  const next = last === undefined ? 0 : last.firstPosition + last.length;
  if (kind === "push") return [...pieces, piece(fresh, next, { length: 1 + (at % pageSize) })];
  if (last === undefined) return pieces;
  if (kind === "grow") return last.length < pageSize ? replace(pieces.length - 1, { length: last.length + 1 }) : pieces;
  if (kind === "drop") return pieces.filter((_, place) => place !== index);
  if (kind === "shift") return replace(index, { shift: at });
  if (kind === "gap") return replace(index, { positions: [pieces[index]!.firstPosition, last.firstPosition + 9 + at], length: 2 });
  if (kind === "role") return replace(index, { role: "context" });
  if (kind === "move") return replace(index, { page: fresh as PageId });
  return pieces;
}

describe("remembered segments", () => {
  it("are those of the pieces, however these have changed", () => {
    fc.assert(
      fc.property(changes, (steps) => {
        const memo = new SegmentMemo();
        let pieces: CachePiece[] = [];
        steps.forEach((step, index) => {
          pieces = change(pieces, step, 100 + index);
          expect(memo.toSegments(pieces, pageSize, readers)).toEqual(toSegments(pieces, pageSize, readers));
        });
      }),
      { numRuns: 300 },
    );
  });

  it("keep their list of pages while the last page fills up", () => {
    const memo = new SegmentMemo();
    const first = piece(7, 0);
    const [before] = memo.toSegments([first, piece(8, 4, { length: 1 })], pageSize, readers);
    const [after] = memo.toSegments([first, piece(8, 4, { length: 3 })], pageSize, readers);
    expect(after).toEqual({ ...before, length: 7 });
    expect(after?.pages).toBe(before?.pages);
  });
});
