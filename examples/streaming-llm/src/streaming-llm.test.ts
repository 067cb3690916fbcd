import { PagePool, SequenceCache, type KvPolicy, type ModelShape, type PolicyEnvironment, type SequenceId } from "@kvasir/kv-core";
import { testKvPolicy } from "@kvasir/kv-core/testing";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { streamingLlm } from "./streaming-llm.ts";

const PAGE_SIZE = 16;
const shape: ModelShape = {
  layers: [{ kind: "full", kvHeads: 1, headDim: 8, owner: 0 as never }],
  queryHeads: 1,
  maxPositions: 65_536,
  keyEncoding: "post-rope",
  hasFixedFrequencies: true,
};
const environment: PolicyEnvironment = {
  model: shape,
  backend: { kvDtypes: ["f32"], codecs: ["dense"], selectors: [], encodedSelectors: [], hasShiftedSegments: true },
  kvDtype: "f32",
  pageSize: PAGE_SIZE,
};

/** Grows a sequence by `steps`, letting the policy have its say after each; returns what is left of it. */
function grow(policy: KvPolicy, steps: readonly number[]): { cache: SequenceCache; pool: PagePool } {
  const pool = new PagePool({ pageCount: 4096 });
  const id = 1 as SequenceId;
  const cache = SequenceCache.create(pool, { id, pageSize: PAGE_SIZE });
  const bound = policy.bind(environment);
  for (const tokens of steps) {
    expect(cache.reserve(tokens).ok).toBe(true);
    const segments = cache.toSegments();
    const sequence = {
      id,
      tokens: [],
      length: cache.length,
      promptLength: 0,
      contextLength: 0,
      segments,
      recoding: [],
      pageSize: PAGE_SIZE,
    };
    const counts = pool.counts();
    const memory = { freePages: counts.free, cachedPages: counts.cached, totalPages: 4096 };
    const plan = bound.retain?.({ phase: "decode", sequence, signals: {} }, memory);
    if (plan !== undefined) cache.applyRetention(plan, policy.name);
  }
  bound.dispose();
  return { cache, pool };
}

function positionsOf(cache: SequenceCache): number[] {
  return cache
    .toSegments()
    .flatMap((segment) => segment.positions ?? Array.from({ length: segment.length }, (_, offset) => segment.firstPosition + offset));
}

testKvPolicy({ describe, it, expect, create: () => streamingLlm({ sinkTokens: 4, recent: { tokens: 32 } }) });

describe("streamingLlm", () => {
  it("keeps sinks and recent tokens and gives whole pages between them back", () => {
    const { cache, pool } = grow(streamingLlm({ sinkTokens: 16, recent: { tokens: 64 } }), [1000]);
    expect(cache.length).toBe(1000);
    // Page 0 holds the sinks; pages 1 to 57 lie before token 936; page 58 begins at token 928.
    expect(positionsOf(cache)).toEqual([
      ...Array.from({ length: 16 }, (_, index) => index),
      ...Array.from({ length: 72 }, (_, index) => 928 + index),
    ]);
    expect(pool.counts().free).toBe(4096 - 6);
  });

  it("holds a constant number of pages while a sequence grows token by token", () => {
    const policy = streamingLlm({ sinkTokens: 4, recent: { tokens: 32 } });
    const { pool } = grow(
      policy,
      Array.from({ length: 2000 }, () => 1),
    );
    expect(4096 - pool.counts().free).toBeLessThanOrEqual(1 + 3);
  });

  it("never drops a sink or a recent token, whatever the sizes and steps", () => {
    const steps = fc.array(fc.integer({ min: 1, max: 100 }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 1, max: 80 }), steps, (sinkTokens, recentTokens, sizes) => {
        const { cache, pool } = grow(streamingLlm({ sinkTokens, recent: { tokens: recentTokens } }), sizes);
        const kept = new Set(positionsOf(cache));
        for (let position = 0; position < cache.length; position++) {
          if (position < sinkTokens || position >= cache.length - recentTokens) expect(kept.has(position)).toBe(true);
        }
        const pagesNeeded = Math.ceil(sinkTokens / PAGE_SIZE) + Math.ceil(recentTokens / PAGE_SIZE) + 1;
        expect(cache.pages.length).toBeLessThanOrEqual(pagesNeeded);
        pool.checkIntegrity();
        cache.release();
        expect(pool.counts().free).toBe(4096);
      }),
    );
  });

  it.each([
    [{ sinkTokens: -1, recent: { tokens: 8 } }, /sinkTokens.*is -1/],
    [{ recent: { tokens: 0 } }, /recent\.tokens.*is 0/],
    [{ recent: { tokens: 1.5 } }, /recent\.tokens.*is 1\.5/],
  ])("refuses %j", (options, message) => {
    expect(() => streamingLlm(options)).toThrow(message);
  });
});
