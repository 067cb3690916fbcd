import { describe, expect, it } from "vitest";
import type { PageId, SequenceId } from "../../ids.ts";
import { fullPolicy } from "../../policy/full-policy.ts";
import type { BoundPolicy, KvPolicy, PolicyCapabilities, SequenceView } from "../../policy/kv-policy.ts";
import type { PlacementPlan } from "../../plan/placement-plan.ts";
import type { Segment } from "../../plan/segment.ts";
import type { Selector } from "../../plan/selector.ts";
import { channelInt8 } from "../kv-codec/channel-int8.ts";
import { testKvPolicy } from "./test-kv-policy.ts";

function policy(capabilities: Partial<PolicyCapabilities>, bind: () => Partial<BoundPolicy>): KvPolicy {
  return {
    specVersion: "v1",
    name: "mine",
    capabilities: { phases: ["prefill", "decode"], reads: [], fidelity: "approximate", reclaims: "none", ...capabilities },
    bind: () => ({ dispose: () => {}, ...bind() }),
  };
}

/** Pages that are full and lie between the first and the last `keep` pages. */
function middlePages({ segments }: SequenceView, keep: number): PageId[] {
  return segments.flatMap(({ pages }) => pages).slice(keep, -keep);
}

const dropMiddle = (): KvPolicy =>
  policy({ reclaims: "pages" }, () => ({
    retain: ({ sequence }) => {
      const pages = middlePages(sequence, 2);
      return { actions: pages.length === 0 ? [] : [{ type: "drop-pages", pages }] };
    },
  }));

const thinOut = (): KvPolicy =>
  policy({ reclaims: "pages" }, () => {
    const thinned = new Map<SequenceId, number>();
    return {
      retain: ({ sequence }) => {
        if (sequence.length - (thinned.get(sequence.id) ?? 0) < 96) return { actions: [] };
        thinned.set(sequence.id, sequence.length);
        const pages = sequence.segments.flatMap((segment) => segment.pages);
        const tokens = sequence.segments.reduce((sum, { length }) => sum + length, 0);
        return {
          actions: [
            { type: "compact-tokens", pages, keep: Array.from({ length: tokens }, (_, index) => index).filter((index) => index % 3 !== 1) },
          ],
        };
      },
      release: (id) => void thinned.delete(id),
    };
  });

const readLess = (): KvPolicy => policy({}, () => ({ select: (_, base) => ({ ...base, segments: base.segments.slice(-1) }) }));

/** Keeps every third token of all contexts but the first. */
const stitch = (): KvPolicy =>
  policy({ reclaims: "pages", shiftsSegments: true }, () => ({
    place: ({ segments }): PlacementPlan => ({
      contexts: segments.map(({ pages, length, firstPosition, shift }, index) => ({
        pages,
        length,
        firstPosition,
        startPosition: firstPosition + shift,
        keep: index === 0 ? "all" : Array.from({ length }, (_, offset) => offset).filter((offset) => offset % 3 === 0),
      })),
      cachedTokens: segments.reduce((sum, { length }) => sum + length, 0),
      recompute: [],
    }),
  }));

/** Shares every other run, by a rule that it measures. */
const shareSome = (): KvPolicy =>
  policy({ fidelity: "exact" }, () => ({
    share: (runs) => runs.map((_, index) => index % 2 === 0),
    calibrate: async (bench) => ({ seconds: await bench.measureAttention({ readers: 2, tokens: 64, isShared: true }) }),
  }));

/** Recodes what is not among the first and the last page as 8-bit codes, over some steps, and reads a part of that. */
const pack = (overSteps: number): KvPolicy =>
  policy({ reclaims: "pages", codecs: ["channel-int8"], encodedSelectors: ["max-key"] }, () => ({
    retain: ({ sequence }) => {
      const isEncoded = sequence.segments.some(({ encoding }) => encoding !== undefined);
      const last = sequence.segments.at(-1);
      // Contexts may end in the middle of a page, and be seen elsewhere than where they were computed.
      const pages = last?.shift === 0 && last.encoding === undefined ? last.pages.slice(isEncoded ? 0 : 1, -1) : [];
      if (sequence.length < sequence.promptLength || sequence.recoding.length > 0 || pages.length < 4) return { actions: [] };
      const to = { codec: "channel-int8", settings: {} };
      return { actions: [{ type: "recode-pages", pages, to, basis: isEncoded ? "continue" : "fit", overSteps }] };
    },
    select: (_, base) => ({
      ...base,
      segments: base.segments.map((segment) => (segment.encoding === undefined ? segment : { ...segment, selector: bestBlocks })),
    }),
  }));
const bestBlocks: Selector = {
  kind: "top-blocks",
  by: "max-key",
  keep: { ratio: 0.5 },
  blockTokens: 8,
  always: { sinkTokens: 0, recentTokens: 0 },
  per: "kv-head",
};

for (const create of [() => pack(0), () => pack(5)]) {
  testKvPolicy({ describe, it, expect, create, codecs: [channelInt8()], longLength: 200 });
}
for (const create of [() => fullPolicy({}), dropMiddle, thinOut, readLess, stitch, shareSome]) {
  testKvPolicy({ describe, it, expect, create, longLength: 200 });
}

/** Runs the kit's tests that `expected` names and returns those that fail. */
async function failures(create: () => KvPolicy, expected: RegExp): Promise<string[]> {
  const tests: { name: string; body: () => Promise<void> | void }[] = [];
  const runner = {
    describe: (_: string, body: () => void) => body(),
    it: (name: string, body: () => Promise<void> | void) => void tests.push({ name, body }),
    expect,
  };
  testKvPolicy({ ...runner, create, codecs: [channelInt8()], longLength: 120 });
  const failed: string[] = [];
  for (const { name, body } of tests.filter((test) => expected.test(test.name))) {
    try {
      await body();
    } catch {
      failed.push(name);
    }
  }
  return failed;
}

const defects: readonly [string, RegExp, () => KvPolicy][] = [
  ["calls dropping exact", /long prompts/, () => ({ ...dropMiddle(), capabilities: { ...dropMiddle().capabilities, fidelity: "exact" } })],
  [
    "calls reading less exact",
    /lengths around|long prompts|contexts/,
    () => ({ ...readLess(), capabilities: { ...readLess().capabilities, fidelity: "exact" } }),
  ],
  ["calls placing less exact", /places contexts/, () => ({ ...stitch(), capabilities: { ...stitch().capabilities, fidelity: "exact" } })],
  ["claims pages it does not give back", /gives back/, () => policy({ reclaims: "pages" }, () => ({ retain: () => ({ actions: [] }) }))],
  [
    "gives back pages it does not claim",
    /gives back/,
    () => ({ ...dropMiddle(), capabilities: { ...dropMiddle().capabilities, reclaims: "none" } }),
  ],
  [
    "reads what the base does not",
    /lengths around/,
    () => policy({}, () => ({ select: (_, base) => ({ ...base, segments: base.segments.map((segment) => ({ ...segment, shift: 1 })) }) })),
  ],
  [
    "changes what it is shown",
    /lengths around/,
    () => policy({}, () => ({ select: (_, base) => ({ ...base, segments: [(base.segments as Segment[]).pop() as Segment] }) })),
  ],
  [
    "drops pages it does not have",
    /lengths around/,
    () => policy({}, () => ({ retain: () => ({ actions: [{ type: "drop-pages", pages: [399 as PageId] }] }) })),
  ],
  [
    "places the whole prompt",
    /places contexts/,
    () =>
      policy({}, () => ({
        place: ({ segments }) => ({
          contexts: segments.map((s) => ({ ...s, startPosition: s.firstPosition + s.shift + 50, keep: "all" })),
          cachedTokens: 87,
          recompute: [],
        }),
      })),
  ],
  [
    "decides at random",
    /decides the same/,
    () =>
      policy({}, () => ({
        select: (_, base) => ({
          ...base,
          segments: base.segments.map((s) => ({
            ...s,
            selector: {
              kind: "top-blocks",
              by: "mean-key",
              keep: { ratio: Math.random() },
              blockTokens: 16,
              always: { sinkTokens: 0, recentTokens: 0 },
              per: "kv-head",
            },
          })),
        }),
      })),
  ],
  [
    "remembers released sequences",
    /decides the same/,
    () => {
      return policy({}, () => {
        const seen = new Set<SequenceId>();
        return {
          select: ({ sequence }, base) =>
            sequence.length > 40 && seen.size > 5
              ? base
              : (seen.add((sequence.id * 1000 + sequence.length) as SequenceId), { ...base, segments: [...base.segments] }),
          retain: () => ({ actions: [], seen: seen.size }),
        };
      });
    },
  ],
  ["calls packing exact", /long prompts/, () => ({ ...pack(0), capabilities: { ...pack(0).capabilities, fidelity: "exact" } })],
  ["recodes in a codec it does not name", /long prompts/, () => ({ ...pack(0), capabilities: { ...pack(0).capabilities, codecs: [] } })],
  ["recodes in the end what it says it gives back at once", /gives back/, () => pack(1000)],
  ["answers for some runs only", /every run/, () => policy({}, () => ({ share: (runs) => runs.slice(1).map(() => true) }))],
  ["answers with numbers", /every run/, () => policy({}, () => ({ share: (runs) => runs.map(({ rows }) => rows) as never }))],
  [
    "trusts what was saved",
    /calibrates/,
    () => policy({}, () => ({ calibrate: async (_, saved) => (saved as { readonly rows: unknown[] } | undefined)?.rows.length ?? 0 })),
  ],
  ["saves what JSON does not hold", /calibrates/, () => policy({}, () => ({ calibrate: async () => new Map() }))],
  ["speaks another contract", /speaks this version/, () => ({ ...fullPolicy({}), specVersion: "v2" as "v1" })],
];

describe("the kit finds a policy that", () => {
  it.each(defects)("%s", async (_, expected, create) => {
    expect(await failures(create, expected)).not.toEqual([]);
  });
});
