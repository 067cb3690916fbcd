import { defineKvPolicy, type PolicyFactory } from "./define-kv-policy.ts";

/** No policy: every token attends everything before it, and nothing is dropped. */
export const fullPolicy: PolicyFactory<"full", object> = defineKvPolicy(() => ({
  specVersion: "v1",
  name: "full",
  capabilities: { phases: ["prefill", "decode"], reads: [], fidelity: "exact", reclaims: "none" },
  bind: () => ({ dispose: () => {} }),
}));
