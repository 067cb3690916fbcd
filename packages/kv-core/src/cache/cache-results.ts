import type { PageId } from "../ids.ts";
import type { RecodePages, RetentionAction } from "../plan/retention-plan.ts";
import type { SegmentRole } from "../plan/segment.ts";
import type { TokenMove } from "./move-tokens.ts";
import type { CachePiece } from "./page-piece.ts";

/** Pages with the start of a sequence, e.g. of a prefix match or a registered context. */
export interface AttachedPages {
  readonly pages: readonly PageId[];
  /** Token slots to skip at the start of the first page; 0 where absent. */
  readonly skip?: number;
  /** Tokens in `pages`, counted after `skip`; the last page may be partial. */
  readonly length: number;
  /** Position at which the first token was computed. */
  readonly firstPosition: number;
  /** Position the first token takes here; `firstPosition` where absent. */
  readonly startPosition?: number;
  /** @defaultValue "shared-prefix" */
  readonly role?: SegmentRole;
}

export interface PageCopy {
  readonly from: PageId;
  readonly to: PageId;
}

export type SlotReservation =
  | {
      readonly ok: true;
      /** Where each new token's KV goes, `page * pageSize + offset`. */
      readonly slots: Int32Array;
      /** Position of the first new token. */
      readonly firstPosition: number;
      /** Copy-on-write: enqueue with `KvStore.copyPages` in the order of reservations, before anything is stored at `slots`. */
      readonly copies: readonly PageCopy[];
    }
  | { readonly ok: false; readonly needed: number; readonly free: number };

export interface RetentionResult {
  /**
   * Carry out with `moveTokens`, in order, before anything else is reserved or stored: pages they read from may belong to others already.
   */
  readonly moves: readonly TokenMove[];
  /** References given back; a page returns to the pool when its last reader gives it back. */
  readonly releasedPages: number;
  /** Compactions for which the pool had no pages; ask again when it has. */
  readonly deferred: readonly RetentionAction[];
  /** What is to be recoded: nothing of it has happened yet. Pages that are being recoded already are left out. */
  readonly recodings: readonly RecodePages[];
}

/** A sequence's pages at one moment, kept alive beside it; attach them to other sequences, and release them once. */
export interface PinnedPages {
  /** One for every reference that is held. */
  readonly pages: readonly PageId[];
  /** Pages, each counted once. */
  readonly pageCount: number;
  readonly length: number;
  /** Whether some of the tokens are encoded. */
  readonly hasEncoded: boolean;
  /** What the pages hold, in token order. */
  readonly pieces: readonly CachePiece[];
  /** Whether they were released: what the pages hold may then change at any time. */
  readonly isReleased: boolean;
  release(): void;
}
