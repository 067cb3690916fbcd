import type { BuildDraft } from "../draft.ts";
import { buildBackReference } from "./back-reference.ts";
import { buildCodebook, FEWEST_LEGENDS } from "./codebook.ts";
import { buildLookUp } from "./look-up.ts";

interface StratumBuilder {
  readonly build: BuildDraft;
  readonly fewestDocuments: number;
}

/** What it takes to answer: see the builders. */
export type Stratum = "t0" | "t2" | "t3";

export const strata: Readonly<Record<Stratum, StratumBuilder>> = {
  t0: { build: buildLookUp, fewestDocuments: 3 },
  t2: { build: buildBackReference, fewestDocuments: 6 },
  t3: { build: buildCodebook, fewestDocuments: 2 * FEWEST_LEGENDS },
};
export const stratumNames: readonly Stratum[] = Object.keys(strata) as Stratum[];
