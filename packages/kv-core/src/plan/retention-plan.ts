import type { CodecSettings } from "../codec/encoded-kv.ts";
import type { PageId } from "../ids.ts";

/** How tokens are to be encoded: by a codec that a policy package defines, with its settings. */
export interface PageFormat {
  readonly codec: string;
  readonly settings: CodecSettings;
}

/** One thing to do to a sequence's cache so that it takes less memory. */
export type RetentionAction =
  /** Give these pages back; the sequence no longer attends their tokens. */
  | { readonly type: "drop-pages"; readonly pages: readonly PageId[] }
  /**
   * Encode the tokens of these pages and give the pages back. Pages are dense, full, consecutive in the sequence and not shifted.
   * - `basis: "fit"` opens a new segment, whose states are made for these tokens; `"continue"` encodes with the states of the encoded piece
   *   right before them.
   * - `overSteps: 0`: done before the sequence's next step. `n`: the work is spread evenly over the sequence's next n steps, and the encoded
   *   tokens take the dense ones' place exactly after them, so that results do not depend on how long anything took.
   */
  | {
      readonly type: "recode-pages";
      readonly pages: readonly PageId[];
      readonly to: PageFormat;
      readonly basis: "fit" | "continue";
      readonly overSteps: number;
    }
  /** Keep these token offsets (counted over `pages` in order) and give the emptied pages back. */
  | { readonly type: "compact-tokens"; readonly pages: readonly PageId[]; readonly keep: readonly number[] };

/** What a policy asks to shrink or drop. */
export interface RetentionPlan {
  readonly actions: readonly RetentionAction[];
}
