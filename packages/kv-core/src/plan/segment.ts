import type { PageId, SequenceId } from "../ids.ts";
import type { Selector } from "./selector.ts";

/** Why a run of tokens is in a sequence; for plans that people read, kernels ignore it. */
export type SegmentRole = "sink" | "shared-prefix" | "context" | "recent" | "private";

/** Consecutive tokens of a sequence that were encoded together. */
export interface EncodedPiece {
  /** Where the piece's directory lies. */
  readonly page: PageId;
  /** Bytes into `page`. */
  readonly offset: number;
  readonly tokens: number;
  /** Every page that holds bytes of the piece: its items, their states, its directory. Neighbouring pieces may share some. */
  readonly pages: readonly PageId[];
  /** Mean share of energy lost over layers and KV heads, 0 .. 1. */
  readonly loss: number;
}

/** Tokens that are kept in a codec's form. */
export interface SegmentEncoding {
  /** One of `BackendCapabilities.codecs`. */
  readonly codec: string;
  /** In token order. */
  readonly pieces: readonly EncodedPiece[];
}

/** A run of cached tokens attended as one piece; partial results of several segments are merged by log-sum-exp. */
export interface Segment {
  readonly role: SegmentRole;
  /**
   * Pages in token order. All but the first and the last are read whole. With `encoding`: every page that holds some of the pieces' bytes,
   * each once.
   */
  readonly pages: readonly PageId[];
  /** Token slots to skip at the start of the first page, `0 .. pageSize - 1`. */
  readonly skip: number;
  /** Tokens read, counted after `skip`. */
  readonly length: number;
  /** Position at which the first token's key was computed (its RoPE position). */
  readonly firstPosition: number;
  /**
   * Tokens that the readers see the segment further on than where it was computed: reader position = stored position + shift.
   * The backend rotates queries by `-shift`; keys never move.
   */
  readonly shift: number;
  /** Stored position of every token, ascending, where tokens have gaps between them; consecutive from `firstPosition` otherwise. */
  readonly positions?: readonly number[];
  /** Sequences whose queries read this segment; more than one makes it shared. */
  readonly readers: readonly SequenceId[];
  readonly selector?: Selector;
  /**
   * Present where the tokens are not dense in `pages` but encoded: `skip` is then 0, `length` the sum of the pieces' tokens, and positions
   * are consecutive.
   */
  readonly encoding?: SegmentEncoding;
}
