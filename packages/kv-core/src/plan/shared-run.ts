import type { Segment } from "./segment.ts";

/** Where one reader has a run: page `firstPage` (piece, where it is encoded) of segment `segment` of read plan `read`. */
export interface RunPlace {
  readonly read: number;
  readonly segment: number;
  readonly firstPage: number;
}

/**
 * Cached tokens that several sequences of a step read: the same slots, at the same positions. They can be attended once for all of them,
 * since attention states of parts merge (Hydragen, arXiv 2402.05099; MoSKA's shared KV attention, arXiv 2511.06010).
 */
export interface SharedRun {
  /** The tokens, with all who read them as `readers`. */
  readonly segment: Segment;
  /** Query tokens of all readers in this step. */
  readonly rows: number;
  /** In the read plans that it was found in, one for each reader. */
  readonly places: readonly RunPlace[];
}
