import { describe, expect, it } from "vitest";
import type { SharedRun } from "../plan/shared-run.ts";
import { composePolicies } from "./compose-policies.ts";
import type { BoundPolicy, KvPolicy, PolicyEnvironment } from "./kv-policy.ts";

const environment: PolicyEnvironment = {
  model: { layers: [], queryHeads: 1, maxPositions: 64, keyEncoding: "post-rope", hasFixedFrequencies: true },
  backend: { kvDtypes: ["f32"], codecs: ["dense"], selectors: [], encodedSelectors: [], hasShiftedSegments: true },
  kvDtype: "f32",
  pageSize: 16,
};

function policy(name: string, hooks: Omit<BoundPolicy, "dispose">): KvPolicy {
  return {
    specVersion: "v1",
    name,
    capabilities: { phases: ["decode"], reads: [], fidelity: "exact", reclaims: "none" },
    bind: () => ({ ...hooks, dispose: () => {} }),
  };
}

const run = (rows: number): SharedRun => ({
  segment: { role: "context", pages: [], skip: 0, length: 0, firstPosition: 0, shift: 0, readers: [] },
  rows,
  places: [],
});

describe("composePolicies", () => {
  it("shares a run where any policy wants it, and has no hook where none has", () => {
    const many = policy("many", { share: (runs) => runs.map(({ rows }) => rows > 4) });
    const few = policy("few", { share: (runs) => runs.map(({ rows }) => rows < 2) });
    const bound = composePolicies([many, policy("silent", {}), few]).bind(environment);
    expect(bound.share?.([run(1), run(3), run(9)])).toEqual([true, false, true]);
    expect(composePolicies([policy("silent", {})]).bind(environment).share).toBeUndefined();
  });

  it("gives every policy what it saved", async () => {
    const seen: unknown[] = [];
    const calibrated = (name: string): KvPolicy =>
      policy(name, {
        calibrate: async (_bench, saved) => {
          seen.push(saved);
          return `${name} measured`;
        },
      });
    const bound = composePolicies([calibrated("a"), calibrated("b")]).bind(environment);
    const bench = { maxTokens: 1, measureAttention: async () => 1 };
    const saved = await bound.calibrate?.(bench, undefined);
    expect(saved).toEqual({ a: "a measured", b: "b measured" });
    await bound.calibrate?.(bench, saved);
    await bound.calibrate?.(bench, "damaged");
    expect(seen).toEqual([undefined, undefined, "a measured", "b measured", undefined, undefined]);
  });
});
