import type { LayerIndex, SequenceId } from "../ids.ts";
import type { Segment } from "./segment.ts";

/** What attention reads in a step. */
export interface ReadPlan {
  readonly layers: readonly LayerIndex[] | "all";
  /** KV heads may read different pages; all query heads of a group read the same. */
  readonly kvHead: number | "all";
  readonly segments: readonly Segment[];
}

/** The rows of a step's batch that belong to one sequence: consecutive tokens at consecutive positions. */
export interface SequenceRows {
  readonly sequence: SequenceId;
  /** First row of this sequence in the batch. */
  readonly firstRow: number;
  readonly rows: number;
  /** Position of the first row's token, in the sequence's own coordinates. */
  readonly firstPosition: number;
}

/** Everything a backend needs to know about a step before its first layer runs. */
export interface StepPlan {
  readonly sequences: readonly SequenceRows[];
  readonly reads: readonly ReadPlan[];
}
