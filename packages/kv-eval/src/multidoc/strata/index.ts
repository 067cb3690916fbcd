import type { BuildDraft } from "../draft.ts";
import { buildAggregation } from "./aggregation.ts";
import { buildBackReference } from "./back-reference.ts";
import { buildBridge } from "./bridge.ts";
import { buildCodebook, FEWEST_LEGENDS } from "./codebook.ts";
import { buildLookUp } from "./look-up.ts";
import { buildRunningState } from "./running-state.ts";
import { buildUnanswerable } from "./unanswerable.ts";

interface StratumBuilder {
  readonly build: BuildDraft;
  readonly fewestDocuments: number;
}

/** What it takes to answer: see the builders. */
export type Stratum = "t0" | "t1" | "t2" | "t3" | "t4" | "t5" | "t6";

export const strata: Readonly<Record<Stratum, StratumBuilder>> = {
  t0: { build: buildLookUp, fewestDocuments: 4 },
  t1: { build: buildBridge, fewestDocuments: 4 },
  t2: { build: buildBackReference, fewestDocuments: 6 },
  t3: { build: buildCodebook, fewestDocuments: 2 * FEWEST_LEGENDS },
  t4: { build: buildRunningState, fewestDocuments: 4 },
  t5: { build: buildAggregation, fewestDocuments: 4 },
  t6: { build: buildUnanswerable, fewestDocuments: 4 },
};

/** In their order. */
export const stratumNames: readonly Stratum[] = Object.keys(strata) as Stratum[];
