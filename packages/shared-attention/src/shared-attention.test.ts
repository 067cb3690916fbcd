import type { AttentionWork, KvPolicy, PageId, PolicyEnvironment, Segment, Selector, SequenceId, SharedRun } from "@kvasir/kv-core";
import { composePolicies, IncompatiblePolicyError } from "@kvasir/kv-core";
import { KIT_ENVIRONMENT, testKvPolicy } from "@kvasir/kv-core/testing";
import { describe, expect, it } from "vitest";
import { sharedAttention } from "./shared-attention.ts";
import type { SharedAttentionOptions } from "./shared-attention-options.ts";

const variants: readonly SharedAttentionOptions[] = [
  { gate: "always" },
  { gate: { readers: 2, tokens: 32 } },
  { gate: "always", routed: { keep: { ratio: 0.5 }, chunkTokens: 16 } },
  { gate: "always", routed: { keep: { tokens: 64 }, chunkTokens: 32, over: "prompt", by: "chunk-feature" } },
];
for (const options of variants) testKvPolicy({ describe, it, expect, create: () => sharedAttention(options), longLength: 200 });

function run(readers: number, tokens: number, selector?: Selector): SharedRun {
  const ids = Array.from({ length: readers }, (_, id) => id as SequenceId);
  const pages = Array.from({ length: Math.ceil(tokens / 16) }, (_, page) => page as PageId);
  const segment: Segment = { role: "context", pages, skip: 0, length: tokens, firstPosition: 0, shift: 0, readers: ids };
  return { segment: selector === undefined ? segment : { ...segment, selector }, rows: readers, places: [] };
}

const answer = (policy: KvPolicy, runs: readonly SharedRun[]): readonly boolean[] | undefined => policy.bind(KIT_ENVIRONMENT).share?.(runs);

describe("sharedAttention", () => {
  it("shares from the given readers and tokens on", () => {
    const policy = sharedAttention({ gate: { readers: 4, tokens: 100 } });
    expect(answer(policy, [run(4, 100), run(3, 1000), run(1000, 99), run(9, 900)])).toEqual([true, false, false, true]);
    expect(answer(sharedAttention({ gate: "always" }), [run(2, 1)])).toEqual([true]);
  });

  it("shares long runs of many readers only, where nothing was measured", () => {
    expect(answer(sharedAttention({}), [run(8, 2048), run(7, 2048), run(64, 2047)])).toEqual([true, false, false]);
  });

  it("shares where its measurements say that it is faster, run by run", async () => {
    const bound = sharedAttention({}).bind(KIT_ENVIRONMENT);
    // Merging costs each reader as much as reading 1,000 tokens.
    const nanoseconds = ({ readers, tokens, isShared }: AttentionWork): number => (isShared ? tokens + 1000 * readers : readers * tokens);
    await bound.calibrate?.({ maxTokens: 8192, measureAttention: async (work) => nanoseconds(work) * 1e-9 }, undefined);
    expect(bound.share?.([run(2, 1024), run(4, 1024), run(2, 4096), run(32, 1024), run(32, 256)])).toEqual([
      false,
      false,
      true,
      false,
      false,
    ]);
    expect(bound.share?.([])).toEqual([]);
  });

  it("counts, of routed tokens, those that are read", () => {
    const routed = sharedAttention({ gate: { readers: 8, tokens: 512 }, routed: { keep: { ratio: 0.5 } } });
    const selector: Selector = {
      kind: "top-blocks",
      by: "mean-key",
      keep: { tokens: 1024 },
      blockTokens: 512,
      always: { sinkTokens: 4, recentTokens: 0 },
      per: "kv-head",
    };
    expect(answer(routed, [run(16, 2048, selector), run(15, 2048, selector), run(8, 2048)])).toEqual([true, false, true]);
  });

  it("measures nothing where it is told when to share", () => {
    expect(sharedAttention({ gate: "always" }).bind(KIT_ENVIRONMENT).calibrate).toBe(undefined);
    expect(sharedAttention({ gate: { readers: 2, tokens: 1 } }).bind(KIT_ENVIRONMENT).calibrate).toBe(undefined);
  });

  it("says what it is", () => {
    expect(sharedAttention({}).capabilities).toMatchObject({ fidelity: "exact", reclaims: "none", selectors: [] });
    const routed = sharedAttention({ routed: { keep: { ratio: 0.25 }, by: "chunk-feature" } });
    expect(routed.capabilities).toMatchObject({ fidelity: "approximate", reclaims: "none", selectors: ["chunk-feature"] });
  });

  it("refuses a backend that cannot route, and pages that chunks do not fit", () => {
    const environment: PolicyEnvironment = { ...KIT_ENVIRONMENT, backend: { ...KIT_ENVIRONMENT.backend, selectors: ["mean-key"] } };
    const bind = (options: SharedAttentionOptions) => () => composePolicies([sharedAttention(options)]).bind(environment);
    expect(bind({ routed: { keep: { ratio: 0.5 }, by: "chunk-feature" } })).toThrow(/"chunk-feature".*the backend evaluates mean-key/);
    expect(bind({ routed: { keep: { ratio: 0.5 } } })).not.toThrow();
    expect(bind({ routed: { keep: { ratio: 0.5 }, chunkTokens: 24 } })).toThrow(IncompatiblePolicyError);
  });

  it.each([
    [{ gate: "never" }, /gate.*"never".*"measured" or "always"/],
    [{ gate: null }, /gate.*null/],
    [{ gate: { readers: 1, tokens: 5 } }, /gate\.readers.*is 1/],
    [{ gate: { readers: 2, tokens: 0 } }, /gate\.tokens.*is 0/],
    [{ routed: {} }, /routed\.keep/],
    [{ routed: { keep: {} } }, /routed\.keep.*{ ratio }/],
    [{ routed: { keep: { ratio: 0.5, tokens: 3 } } }, /routed\.keep/],
    [{ routed: { keep: { ratio: 1.5 } } }, /routed\.keep\.ratio.*is 1\.5/],
    [{ routed: { keep: { tokens: -1 } } }, /routed\.keep\.tokens.*is -1/],
    [{ routed: { keep: { ratio: 0.5 }, by: "luck" } }, /routed\.by.*"luck".*"mean-key" or "chunk-feature"/],
    [{ routed: { keep: { ratio: 0.5 }, over: "everything" } }, /routed\.over/],
    [{ routed: { keep: { ratio: 0.5 }, chunkTokens: 0.5 } }, /routed\.chunkTokens.*is 0\.5/],
    [{ routed: { keep: { ratio: 0.5 }, sinkTokens: -1 } }, /routed\.sinkTokens.*is -1/],
  ])("refuses %j", (options, message) => {
    expect(() => sharedAttention(options as SharedAttentionOptions)).toThrow(message);
  });
});
