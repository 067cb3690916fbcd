import { describe, expect, it } from "vitest";
import { IncompatiblePolicyError } from "../errors/incompatible-policy-error.ts";
import { PolicyContractError } from "../errors/policy-contract-error.ts";
import type { LayerIndex, PageId, SequenceId } from "../ids.ts";
import type { RetentionPlan } from "../plan/retention-plan.ts";
import type { Segment } from "../plan/segment.ts";
import { composePolicies } from "./compose-policies.ts";
import type { BoundPolicy, KvPolicy, PolicyCapabilities, PolicyEnvironment, StepView } from "./kv-policy.ts";

const environment: PolicyEnvironment = {
  model: {
    layers: [{ kind: "full", kvHeads: 1, headDim: 32, owner: 0 as LayerIndex }],
    queryHeads: 1,
    maxPositions: 100,
    keyEncoding: "post-rope",
    hasFixedFrequencies: true,
  },
  backend: { kvDtypes: ["f32"], codecs: ["dense"], selectors: ["mean-key"], encodedSelectors: [], hasShiftedSegments: false },
  kvDtype: "f32",
  pageSize: 16,
};

function policy(name: string, capabilities: Partial<PolicyCapabilities> = {}, bound: Partial<BoundPolicy> = {}): KvPolicy {
  return {
    specVersion: "v1",
    name,
    capabilities: { phases: ["decode"], reads: [], fidelity: "exact", reclaims: "none", ...capabilities },
    bind: () => ({ dispose: () => {}, ...bound }),
  };
}

const segment: Segment = {
  role: "private",
  pages: [5, 6, 7] as PageId[],
  skip: 0,
  length: 40,
  firstPosition: 0,
  shift: 0,
  readers: [1 as SequenceId],
};
const step: StepView = {
  phase: "decode",
  sequence: {
    id: 1 as SequenceId,
    tokens: [],
    length: 40,
    promptLength: 40,
    contextLength: 0,
    segments: [segment],
    recoding: [],
    pageSize: 16,
  },
  signals: {},
};
const memory = { freePages: 0, cachedPages: 0, totalPages: 8 };
const drop = (pages: readonly number[]): RetentionPlan => ({ actions: [{ type: "drop-pages", pages: pages as PageId[] }] });

describe("refuses", () => {
  it.each([
    ["the same policy twice", policy("a"), policy("a")],
    ["two page formats", policy("a", { codecs: ["x"] }), policy("b", { codecs: ["y"] })],
    ["two selectors", policy("a", { selectors: ["mean-key"] }), policy("b", { selectors: ["mean-key"] })],
  ])("%s", (_, a, b) => {
    expect(() => composePolicies([a, policy("between"), b])).toThrow(IncompatiblePolicyError);
    expect(() => composePolicies([a, b])).toThrow(`"${a.name}" cannot be used beside "${b.name}"`);
  });

  it("two policies that drop pages, and disposes what was bound", () => {
    let disposed = 0;
    const dropping = (name: string): KvPolicy => policy(name, { reclaims: "pages" }, { retain: () => drop([]), dispose: () => disposed++ });
    expect(() => composePolicies([dropping("a"), dropping("b")]).bind(environment)).toThrow(
      /"a" cannot be used beside "b": both drop pages/,
    );
    expect(disposed).toBe(2);
  });

  it.each([
    ["codec", { codecs: ["mosaic"] }, /"mosaic", and the backend attends dense/],
    ["selector", { selectors: ["max-key"] }, /"max-key", and the backend evaluates mean-key/],
    ["signal", { reads: ["queries"] }, /"queries", and the backend gives none/],
    ["shift", { shiftsSegments: true }, /does not attend shifted segments/],
  ] as const)("a %s that the backend does not have, before any policy is bound", (_, capabilities, message) => {
    let bound = 0;
    const first: KvPolicy = { ...policy("first"), bind: () => ({ dispose: () => {}, retain: () => drop([bound++]) }) };
    expect(() => composePolicies([first, policy("second", capabilities)]).bind(environment)).toThrow(message);
    expect(bound).toBe(0);
  });
});

it("hides pages that an earlier policy acts on from later ones", () => {
  const seen: Segment[] = [];
  const first = policy("first", { reclaims: "pages" }, { retain: () => drop([6]) });
  const second = policy(
    "second",
    {},
    {
      retain: ({ sequence }) => {
        seen.push(...sequence.segments);
        return { actions: [{ type: "compact-tokens", pages: [5, 7] as PageId[], keep: [0, 23] }] };
      },
    },
  );
  const plan = composePolicies([first, second]).bind(environment).retain?.(step, memory);
  expect(plan?.actions.map(({ type }) => type)).toEqual(["drop-pages", "compact-tokens"]);
  expect(seen.map(({ pages, length, firstPosition }) => ({ pages, length, firstPosition }))).toEqual([
    { pages: [5], length: 16, firstPosition: 0 },
    { pages: [7], length: 8, firstPosition: 32 },
  ]);
});

it("names the policy that acts on a page dropped before", () => {
  const first = policy("first", { reclaims: "pages" }, { retain: () => drop([6]) });
  const second = policy(
    "second",
    { codecs: ["dense"] },
    {
      retain: () => ({
        actions: [{ type: "recode-pages", pages: [6] as PageId[], to: { codec: "dense", settings: {} }, basis: "fit", overSteps: 0 }],
      }),
    },
  );
  const bound = composePolicies([first, second]).bind(environment);
  expect(() => bound.retain?.(step, memory)).toThrow(PolicyContractError);
  expect(() => bound.retain?.(step, memory)).toThrow(/"second".*page 6, which the sequence does not hold/);
});

it("takes the first placement, folds select, joins capabilities", () => {
  const placed = {
    contexts: [{ pages: [1] as PageId[], length: 16, firstPosition: 0, startPosition: 0, keep: "all" as const }],
    cachedTokens: 16,
    recompute: [],
  };
  const empty = { contexts: [], cachedTokens: 0, recompute: [] };
  const a = policy(
    "a",
    { fidelity: "approximate" },
    { place: () => empty, select: (_, base) => ({ ...base, segments: base.segments.slice(1) }) },
  );
  const b = policy(
    "b",
    { reclaims: "bytes-in-page" },
    { place: () => placed, select: (_, base) => ({ ...base, segments: base.segments.slice(1) }) },
  );
  const joined = composePolicies([a, b]);
  expect(joined.name).toBe("a+b");
  expect(joined.capabilities).toMatchObject({ fidelity: "approximate", reclaims: "bytes-in-page" });
  const bound = joined.bind(environment);
  expect(bound.place?.(step.sequence, {})).toBe(placed);
  const base = { layers: "all" as const, kvHead: "all" as const, segments: [segment, segment, segment] };
  expect(bound.select?.(step, base).segments).toHaveLength(1);
  expect(bound.retain).toBeUndefined();
});

it("is the full policy when there is nothing to compose", () => {
  expect(composePolicies([]).name).toBe("full");
});
