import { defineKvPolicy, type KvPolicy, type PolicyFactory } from "@kvasir/kv-core";
import { type MultictxSparseOptions, resolveOptions } from "./multictx-sparse-options.ts";
import { placeKept } from "./place-kept.ts";

const NAME = "multictx-sparse";

/**
 * Registered contexts in any order and number, each from the pages it was computed in alone: nothing of them is computed again but what
 * `recompute` says. Without repair, tokens of one context know nothing of the others.
 */
export const multictxSparse: PolicyFactory<typeof NAME, MultictxSparseOptions> = defineKvPolicy(
  (options: MultictxSparseOptions): KvPolicy<typeof NAME> => {
    const { recompute } = resolveOptions(options);
    return {
      specVersion: "v1",
      name: NAME,
      capabilities: { phases: ["prefill"], reads: [], fidelity: "approximate", reclaims: "none", shiftsSegments: true },
      bind: () => ({
        place: ({ contexts = [] }) => placeKept(contexts, () => "all", recompute),
        dispose() {},
      }),
    };
  },
);
