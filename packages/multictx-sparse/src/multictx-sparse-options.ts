import { ConfigError } from "@kvasir/kv-core";
import { checkCount } from "./check-count.ts";
import { resolveSelection, type Selection, type SelectOptions } from "./select-options.ts";

/**
 * Which kept tokens are computed again, over all that is kept before them: none, the first of each context (EPIC), or all of them.
 */
export type Recompute = "none" | "kept" | { readonly firstTokens: number };

export interface MultictxSparseOptions {
  /** @defaultValue "none" */
  readonly recompute?: Recompute;
  /** Which tokens of contexts a sequence has at all; all of them where absent. */
  readonly select?: SelectOptions;
}

/** `MultictxSparseOptions` with nothing left open. */
export interface ResolvedOptions {
  readonly recompute: Recompute;
  readonly selection: Selection | undefined;
}

/** Checks options and fills in defaults. @throws ConfigError naming the option. */
export function resolveOptions({ recompute = "none", select }: MultictxSparseOptions): ResolvedOptions {
  if (typeof recompute === "object" && recompute !== null) checkCount("recompute.firstTokens", recompute.firstTokens, 1);
  else if (recompute !== "none" && recompute !== "kept") {
    throw new ConfigError({ option: "recompute", reason: `is ${JSON.stringify(recompute)}; give "none", "kept" or { firstTokens }.` });
  }
  return { recompute, selection: select === undefined ? undefined : resolveSelection(select) };
}
