import type { PageId } from "../ids.ts";
import type { TokenMove } from "./move-tokens.ts";
import { makePiece, piecePositions, type PagePiece } from "./page-piece.ts";
import type { PagePool } from "./page-pool.ts";

export interface Compaction {
  readonly pieces: readonly PagePiece[];
  /** Pages no longer needed; release them. */
  readonly emptied: readonly PageId[];
  /** Carry out in order, before any of `emptied` is used again. */
  readonly moves: readonly TokenMove[];
}

interface Token {
  readonly slot: number;
  readonly position: number;
}

/** Pages of `pieces` that the kept tokens are packed into, front to back; undefined where others read the page and a fresh one is needed. */
function reusablePages(pieces: readonly PagePiece[], keepCount: number, pool: PagePool, pageSize: number): (PageId | undefined)[] {
  return pieces.slice(0, Math.ceil(keepCount / pageSize)).map(({ page }) => (pool.isExclusive(page) ? page : undefined));
}

/** Fresh pages that `compactPieces` will ask for. */
export function freshPagesNeeded(pieces: readonly PagePiece[], keepCount: number, pool: PagePool, pageSize: number): number {
  return reusablePages(pieces, keepCount, pool, pageSize).filter((page) => page === undefined).length;
}

/**
 * Packs the kept tokens of some pieces of one shift into as few pages as they need. The k-th page is reused where nobody else reads it, so
 * that tokens only ever move towards the front and moves can run in order; pages that others read are replaced by fresh ones.
 * @param keep token offsets counted over `pieces` in order, ascending
 * @param takeFresh gives a page reserved for this
 */
export function compactPieces(
  pieces: readonly PagePiece[],
  keep: readonly number[],
  pool: PagePool,
  pageSize: number,
  takeFresh: () => PageId,
): Compaction {
  const tokens = pieces.flatMap((piece) =>
    piecePositions(piece).map((position, index): Token => ({ slot: piece.page * pageSize + piece.skip + index, position })),
  );
  const kept = keep.map((offset) => tokens[offset] as Token);
  const targets = reusablePages(pieces, kept.length, pool, pageSize).map((page) => page ?? takeFresh());
  const { role, shift } = pieces[0] as PagePiece;
  const packed = targets.map((page, index) =>
    makePiece(
      { page, role, shift, skip: 0 },
      kept.slice(index * pageSize, (index + 1) * pageSize).map(({ position }) => position),
    ),
  );
  const moves = kept
    .map(({ slot }, index) => ({ from: slot, to: (targets[Math.floor(index / pageSize)] as PageId) * pageSize + (index % pageSize) }))
    .filter(({ from, to }) => from !== to);
  return { pieces: packed, emptied: pieces.map(({ page }) => page).filter((page) => !targets.includes(page)), moves };
}
