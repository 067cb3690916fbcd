import { type CachedContext, ConfigError, type PageId, type PlacementPlan, type SequenceId, validatePlacementPlan } from "@kvasir/kv-core";
import { KIT_ENVIRONMENT, testKvPolicy } from "@kvasir/kv-core/testing";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { multictxSparse } from "./multictx-sparse.ts";
import type { MultictxSparseOptions } from "./multictx-sparse-options.ts";

const PAGE_SIZE = 16;
const QUESTION = 7;

const variants: readonly MultictxSparseOptions[] = [{}, { recompute: { firstTokens: 16 } }, { recompute: "kept" }];
for (const options of variants) testKvPolicy({ describe, it, expect, create: () => multictxSparse(options), longLength: 200 });

/** Contexts of these lengths one after another; all but the first without `head` tokens that stand only at a sequence's beginning. */
function contextsOf(lengths: readonly number[], head = 0): CachedContext[] {
  let start = 0;
  let page = 0;
  return lengths.map((length, index) => {
    const skip = index === 0 ? 0 : head;
    const count = Math.ceil((skip + length) / PAGE_SIZE);
    const pages = Array.from({ length: count }, (_, at) => (page + at) as PageId);
    const context = { pages, skip, length, firstPosition: skip, startPosition: start };
    start += length;
    page += count;
    return context;
  });
}

function place(options: MultictxSparseOptions, contexts: readonly CachedContext[]): PlacementPlan {
  const contextLength = contexts.reduce((sum, { length }) => sum + length, 0);
  const promptLength = contextLength + QUESTION;
  const view = {
    id: 1 as SequenceId,
    tokens: [],
    length: 0,
    promptLength,
    contextLength,
    contexts,
    segments: [],
    recoding: [],
    pageSize: PAGE_SIZE,
  };
  const plan = multictxSparse(options).bind(KIT_ENVIRONMENT).place?.(view, {});
  if (plan === undefined) throw new Error("the policy placed nothing");
  validatePlacementPlan(plan, { policy: "test", pageSize: PAGE_SIZE, model: KIT_ENVIRONMENT.model, promptLength });
  return plan;
}

const anyContexts = fc
  .record({ lengths: fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 6 }), head: fc.integer({ min: 0, max: 3 }) })
  .map(({ lengths, head }) => contextsOf(lengths, head));

describe("multictxSparse", () => {
  it("reads all contexts where they lie, and computes nothing", () => {
    fc.assert(
      fc.property(anyContexts, (contexts) => {
        const plan = place({}, contexts);
        expect(plan.contexts).toEqual(contexts.map((context) => ({ ...context, keep: "all" })));
        expect(plan.recompute).toEqual([]);
      }),
    );
  });

  it("computes the first tokens of all contexts but the first again", () => {
    fc.assert(
      fc.property(anyContexts, fc.integer({ min: 1, max: 40 }), (contexts, firstTokens) => {
        const wanted = contexts
          .slice(1)
          .flatMap(({ startPosition, length }) => Array.from({ length: Math.min(length, firstTokens) }, (_, at) => startPosition + at));
        const plan = place({ recompute: { firstTokens } }, contexts);
        expect(plan.recompute.flatMap(({ positions }) => positions)).toEqual(wanted);
      }),
    );
  });

  it("computes everything again but the first context, where all that is kept is to be", () => {
    const plan = place({ recompute: "kept" }, contextsOf([5, 6]));
    expect(plan.recompute).toEqual([{ layers: "all", positions: [5, 6, 7, 8, 9, 10], blend: 1 }]);
  });

  it.each([
    [{ recompute: "some" }, /recompute.*"some".*"none"/],
    [{ recompute: null }, /recompute.*null/],
    [{ recompute: { firstTokens: 0 } }, /recompute\.firstTokens.*is 0/],
  ])("refuses %j", (options, message) => {
    const create = (): unknown => multictxSparse(options as MultictxSparseOptions);
    expect(create).toThrow(ConfigError);
    expect(create).toThrow(message);
  });
});
