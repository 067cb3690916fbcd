import type { Stratum } from "./strata/index.ts";

/** What a world is made of. */
export interface MultidocOptions {
  /**
   * Probability, for each reference, code word and move, that the document says at once what it comes to. Teaches a model to resolve while it
   * reads; leaves nothing to measure. Default 0.
   */
  readonly annotate?: number;
  /** Most questions; default all that the world supports. */
  readonly questions?: number;
  /** Statements per document, about; fewer where they do not fit. Default 1 to 2, from the length; more leaves less room for filler. */
  readonly density?: number;
  /** Default 6 to 32, from the length. */
  readonly documents?: number;
  /** Deepest chain of references in `t2` and `t4`, 1 to 4; default 4. */
  readonly maxDepth?: number;
  /** Probability that a `t6` exercise keeps the facts that others lack, so that its questions have answers. Default 0. */
  readonly answerable?: number;
  /** Further strata in the same world, with their own documents and questions. */
  readonly mix?: readonly Stratum[];
}
