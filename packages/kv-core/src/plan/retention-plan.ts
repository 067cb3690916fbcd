import type { PageId } from "../ids.ts";

/** How a page's bytes are written: `dense`, or a codec that a policy package defines. */
export interface PageFormat {
  readonly codec: string;
  readonly bytesPerToken: number;
}

/** One thing to do to a sequence's cache so that it takes less memory. */
export type RetentionAction =
  /** Give these pages back; the sequence no longer attends their tokens. */
  | { readonly type: "drop-pages"; readonly pages: readonly PageId[] }
  /** Rewrite these pages in another format. */
  | { readonly type: "recode-pages"; readonly pages: readonly PageId[]; readonly to: PageFormat }
  /** Keep these token offsets (counted over `pages` in order) and give the emptied pages back. */
  | { readonly type: "compact-tokens"; readonly pages: readonly PageId[]; readonly keep: readonly number[] };

/** What a policy asks to shrink or drop. */
export interface RetentionPlan {
  readonly actions: readonly RetentionAction[];
}
