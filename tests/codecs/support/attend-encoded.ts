import type { EncodedKv, KvCodec, Selector } from "@kvasir/kv-core";
import { type HeadState, mergeHeadStates, rotate, topBlocks } from "@kvasir/kv-core/reference";

/** What one row asks of the encoded pieces of a segment. */
export interface RowQuery {
  /** `[groupSize, headDim]`, of one KV head. */
  readonly queries: Float32Array;
  readonly headDim: number;
  /** Position of the row less that of the segment's first token for it. */
  readonly distance: number;
  readonly window: number | undefined;
  /** Queries are rotated by less than this. */
  readonly shift: number;
  readonly frequencies: Float32Array;
  readonly scale: number;
  readonly selector: Selector | undefined;
  readonly bytesPerToken: number;
}

export interface OracleRow {
  /** Of each query head. */
  readonly states: readonly HeadState[];
  /** How clear the choice of blocks was; see `BlockSelection.margin`. */
  readonly margin: number;
}

/** Attention of one row over the pieces of a segment by the codec alone, token by token where a row does not see whole pieces. */
export function attendEncoded(codec: KvCodec, pieces: readonly EncodedKv[], row: RowQuery): OracleRow {
  const { headDim, scale, selector } = row;
  const length = pieces.reduce((sum, { shape }) => sum + shape.tokens, 0);
  const to = Math.max(0, Math.min(length, row.distance + 1));
  const from = row.window === undefined ? 0 : Math.max(0, Math.min(length, row.distance + 1 - row.window));
  const heads = Array.from({ length: row.queries.length / headDim }, (_, head) => {
    const query = row.queries.slice(head * headDim, (head + 1) * headDim);
    rotate(query, -row.shift, row.frequencies);
    return query;
  });
  let isRead = (token: number): boolean => token >= from && token < to;
  let margin = Infinity;
  if (selector !== undefined) {
    const mean = Float32Array.from({ length: headDim }, (_, i) => heads.reduce((sum, head) => sum + (head[i] as number), 0) / heads.length);
    const scores = pieces.flatMap((piece) => [
      ...(codec.scoreBlocks?.(mean, piece, { by: selector.by, blockTokens: selector.blockTokens, scale }) ?? []),
    ]);
    const visible = { length, from, to, bytesPerToken: row.bytesPerToken };
    const chosen = topBlocks(selector, visible, (token) => scores[token / selector.blockTokens] as number);
    margin = chosen.margin;
    isRead = (token) => token >= from && token < to && (chosen.isRead[Math.floor(token / selector.blockTokens)] ?? false);
  }
  let first = 0;
  const partial: HeadState[][] = heads.map(() => []);
  for (const piece of pieces) {
    const read = { blockTokens: 1, isRead: Array.from({ length: piece.shape.tokens }, (_, token) => isRead(first + token)) };
    heads.forEach((query, head) => {
      const { out, lse } = codec.attend(query, piece, scale, read);
      partial[head]?.push({ out: Float64Array.from(out), lse: lse[0] as number });
    });
    first += piece.shape.tokens;
  }
  return { states: partial.map((states) => states.reduce((a, b) => mergeHeadStates(a, b))), margin };
}
