import type { CodecSettings } from "../codec/encoded-kv.ts";
import type { PageId } from "../ids.ts";

/** How tokens are to be encoded: by a codec that a policy package defines, with its settings. */
export interface PageFormat {
  readonly codec: string;
  readonly settings: CodecSettings;
}

/**
 * Encode the tokens of these pages and give the pages back. Pages are dense, full, consecutive in the sequence and not shifted.
 *
 * Pages whose recoding is under way may be asked for again, which changes nothing.
 */
export interface RecodePages {
  readonly type: "recode-pages";
  readonly pages: readonly PageId[];
  readonly to: PageFormat;
  /**
   * `fit` opens a new segment, whose states are made for these tokens; `continue` encodes with the states of the encoded piece right before
   * them.
   */
  readonly basis: "fit" | "continue";
  /**
   * 0: done before the sequence's next step. `n`: the work is spread evenly over the sequence's next n steps, and the encoded tokens take the
   * dense ones' place exactly after them, so that results do not depend on how long anything took. Recodings of a sequence are done one after
   * the other.
   */
  readonly overSteps: number;
}

/** One thing to do to a sequence's cache so that it takes less memory. */
export type RetentionAction =
  /**
   * Give these pages back; the sequence no longer attends their tokens. Where encoded pieces lie in them, all pages of those pieces are
   * listed.
   */
  | { readonly type: "drop-pages"; readonly pages: readonly PageId[] }
  | RecodePages
  /** Keep these token offsets (counted over `pages` in order) and give the emptied pages back. Dense pages only. */
  | { readonly type: "compact-tokens"; readonly pages: readonly PageId[]; readonly keep: readonly number[] };

/** What a policy asks to shrink or drop. */
export interface RetentionPlan {
  readonly actions: readonly RetentionAction[];
}
