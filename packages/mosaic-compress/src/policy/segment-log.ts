import type { EncodedPiece, SequenceId, SequenceView } from "@kvasir/kv-core";

/** Where a sequence's newest segment begins, and the tokens it was fitted to. */
interface Opened {
  readonly position: number;
  readonly fittedTokens: number;
}

/** The newest segment of a sequence as its losses show it. */
export interface SegmentHistory {
  /** Tokens encoded in it. */
  readonly tokens: number;
  /** How much more of their energy its last tokens lose than those it was fitted to. */
  readonly lossRise: number;
}

/** Tokens whose losses are averaged before they count as a trend. */
const TREND_TOKENS = 128;

/** Remembers where segments begin, which pieces do not tell. */
export class SegmentLog {
  readonly #opened = new Map<SequenceId, Opened>();

  open(sequence: SequenceId, position: number, fittedTokens: number): void {
    this.#opened.set(sequence, { position, fittedTokens });
  }

  release(sequence: SequenceId): void {
    this.#opened.delete(sequence);
  }

  /** Of the encoded tokens that end right before `end`; where nobody remembers, they all are of one segment, fitted to the first piece. */
  history({ id, segments }: SequenceView, end: number): SegmentHistory {
    const encoded = segments.find(({ encoding, firstPosition, length }) => encoding !== undefined && firstPosition + length === end);
    if (encoded?.encoding === undefined) return { tokens: 0, lossRise: 0 };
    const { pieces } = encoded.encoding;
    const known = this.#opened.get(id);
    const { position, fittedTokens } = known ?? { position: encoded.firstPosition, fittedTokens: pieces[0]?.tokens ?? 0 };
    let at = encoded.firstPosition;
    const own = pieces.filter(({ tokens }) => (at += tokens) > position);
    const tokens = sumTokens(own);
    const later: EncodedPiece[] = [];
    for (const piece of own.toReversed()) {
      if (sumTokens(later) >= TREND_TOKENS) break;
      later.push(piece);
    }
    if (tokens - sumTokens(later) < fittedTokens || sumTokens(later) < TREND_TOKENS) return { tokens, lossRise: 0 };
    const fitted: EncodedPiece[] = [];
    for (const piece of own) if (sumTokens(fitted) < fittedTokens) fitted.push(piece);
    return { tokens, lossRise: meanLoss(later) - meanLoss(fitted) };
  }
}

function sumTokens(pieces: readonly EncodedPiece[]): number {
  return pieces.reduce((sum, { tokens }) => sum + tokens, 0);
}

function meanLoss(pieces: readonly EncodedPiece[]): number {
  return pieces.reduce((sum, { tokens, loss }) => sum + tokens * loss, 0) / Math.max(1, sumTokens(pieces));
}
