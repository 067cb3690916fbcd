/** Tokens of a piece: as many as fit, but no more than the largest of these. All are multiples of every block size. */
const PIECE_TOKENS = [512, 256, 128, 64] as const;

/** Tokens that are encoded to see how large items become; the smallest piece. */
export const SAMPLE_TOKENS = 64;

/** An item takes at most this share of a page where it can, since what is left at a page's end may be as large as an item. */
const SHARE_OF_PAGE = 1 / 8;

/**
 * Tokens per piece.
 * @param sampleBytes bytes of the largest item of `SAMPLE_TOKENS` tokens
 * @returns undefined where not even the smallest piece's items fit a page
 */
export function tokensPerPiece(sampleBytes: number, pageBytes: number): number | undefined {
  const fits = (share: number) => (tokens: number) => (sampleBytes * tokens) / SAMPLE_TOKENS <= share * pageBytes;
  return PIECE_TOKENS.find(fits(SHARE_OF_PAGE)) ?? (fits(1)(SAMPLE_TOKENS) ? SAMPLE_TOKENS : undefined);
}
