import type { PageId } from "../ids.ts";
import type { EncodedPiece, Segment } from "./segment.ts";

/** How many parts a segment can be cut into: the pieces of an encoded one, the pages of a dense one. */
export function partCount(segment: Segment): number {
  return segment.encoding?.pieces.length ?? segment.pages.length;
}

/** Every page of some pieces, each once, in the order in which pieces name them. */
export function piecePages(pieces: readonly Pick<EncodedPiece, "pages">[]): PageId[] {
  return [...new Set(pieces.flatMap(({ pages }) => pages))];
}

/** Where a piece's directory lies, as a key: pieces are the same where it is. */
export function pieceKey({ page, offset }: Pick<EncodedPiece, "page" | "offset">): string {
  return `${page}+${offset}`;
}
