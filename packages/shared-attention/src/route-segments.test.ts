import { type PageId, type ReadPlan, type Segment, type SequenceId, type SequenceView, validateNarrowing } from "@kvasir/kv-core";
import { KIT_ENVIRONMENT } from "@kvasir/kv-core/testing";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { routeSegments } from "./route-segments.ts";
import type { Routing } from "./shared-attention-options.ts";

const pageSize = 16;
const defaults: Routing = { keep: { ratio: 0.5 }, over: "contexts", by: "mean-key", chunkTokens: 32, sinkTokens: 4 };

function sequence(fields: Partial<SequenceView>, cached: number): { readonly view: SequenceView; readonly base: ReadPlan } {
  const segments: Segment[] = [
    {
      role: "shared-prefix",
      pages: Array.from({ length: Math.ceil(cached / pageSize) }, (_, page) => page as PageId),
      skip: 0,
      length: cached,
      firstPosition: 0,
      shift: 0,
      readers: [1 as SequenceId],
    },
  ];
  const view = {
    id: 1 as SequenceId,
    tokens: [],
    length: cached - 1,
    promptLength: cached,
    contextLength: 0,
    segments,
    recoding: [],
    pageSize,
    ...fields,
  };
  return { view, base: { layers: "all", kvHead: "all", segments } };
}

describe("routeSegments", () => {
  it("chooses among all chunks of the contexts but the last", () => {
    const { view, base } = sequence({ contextLength: 330 }, 350);
    const plan = routeSegments(view, base, defaults, 1);
    expect(plan.segments.map(({ length, firstPosition }) => [firstPosition, length])).toEqual([
      [0, 320],
      [320, 30],
    ]);
    expect(plan.segments[0]?.selector).toEqual({
      kind: "top-blocks",
      by: "mean-key",
      keep: { tokens: 160 },
      blockTokens: 32,
      always: { sinkTokens: 4, recentTokens: 0 },
      per: "kv-head",
    });
    expect(plan.segments[1]?.selector).toBe(undefined);
    // A full last chunk is read like a partial one.
    expect(routeSegments({ ...view, contextLength: 320 }, base, defaults, 1).segments[0]?.length).toBe(288);
  });

  it("resolves budgets in tokens and bytes against the chunks to choose from", () => {
    const { view, base } = sequence({ contextLength: 330 }, 350);
    const kept = (keep: Routing["keep"]): unknown => routeSegments(view, base, { ...defaults, keep }, 10).segments[0]?.selector?.keep;
    expect(kept({ tokens: 100 })).toEqual({ tokens: 96 });
    expect(kept({ bytes: 1000 })).toEqual({ tokens: 96 });
    expect(kept({ ratio: 0.001 })).toEqual({ tokens: 32 });
    expect(kept({ tokens: 320 })).toBe(undefined);
  });

  it("leaves the computation of contexts, or of the prompt, alone", () => {
    const { view, base } = sequence({ contextLength: 330, promptLength: 340 }, 350);
    expect(routeSegments({ ...view, length: 329 }, base, defaults, 1)).toBe(base);
    expect(routeSegments({ ...view, length: 330 }, base, defaults, 1)).not.toBe(base);
    const overPrompt: Routing = { ...defaults, over: "prompt" };
    expect(routeSegments({ ...view, length: 339 }, base, overPrompt, 1)).toBe(base);
    expect(routeSegments({ ...view, length: 340 }, base, overPrompt, 1).segments[0]?.length).toBe(320);
    expect(routeSegments({ ...view, contextLength: 0 }, base, defaults, 1)).toBe(base);
  });

  it("leaves what other policies have moved or thinned out alone", () => {
    const { view, base } = sequence({ contextLength: 330 }, 350);
    const [segment] = base.segments as [Segment];
    for (const change of [{ firstPosition: 16 }, { skip: 1 }, { shift: 3 }, { positions: [] }]) {
      const moved: ReadPlan = { ...base, segments: [{ ...segment, ...change }] };
      expect(routeSegments(view, moved, defaults, 1)).toBe(moved);
    }
    const short: ReadPlan = { ...base, segments: [{ ...segment, length: 100, pages: segment.pages.slice(0, 7) }] };
    expect(routeSegments(view, short, defaults, 1).segments.map(({ length }) => length)).toEqual([96, 4]);
    expect(routeSegments(view, { ...base, segments: [] }, defaults, 1).segments).toEqual([]);
  });

  it("reads every token once at the place it has, whatever the lengths; and chooses alike as the output grows", () => {
    const sizes = fc.record({
      contextLength: fc.nat(400),
      question: fc.integer({ min: 1, max: 60 }),
      output: fc.nat(40),
      chunkPages: fc.integer({ min: 1, max: 4 }),
      ratio: fc.double({ min: 0.01, max: 1, noNaN: true }),
      over: fc.constantFrom("contexts" as const, "prompt" as const),
    });
    fc.assert(
      fc.property(sizes, ({ contextLength, question, output, chunkPages, ratio, over }) => {
        const promptLength = contextLength + question;
        const routing: Routing = { ...defaults, over, chunkTokens: chunkPages * pageSize, keep: { ratio } };
        const { view, base } = sequence({ contextLength, promptLength, length: promptLength + output }, promptLength + output + 1);
        const plan = routeSegments(view, base, routing, 1);
        validateNarrowing(plan, base, { policy: "test", pageSize, model: KIT_ENVIRONMENT.model, selectors: ["mean-key"] });
        expect(plan.segments.reduce((sum, { length }) => sum + length, 0)).toBe(promptLength + output + 1);
        const [first] = plan.segments;
        if (first?.selector === undefined) {
          expect(plan).toBe(base);
          return;
        }
        expect(first.length % routing.chunkTokens).toBe(0);
        expect(first.length).toBeLessThan(over === "contexts" ? contextLength : promptLength);
        const later = sequence({ ...view, length: view.length + 20 }, view.length + 21);
        expect(routeSegments(later.view, later.base, routing, 1).segments[0]).toEqual(first);
      }),
    );
  });
});
