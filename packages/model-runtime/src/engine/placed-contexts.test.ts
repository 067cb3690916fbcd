import { rmSync } from "node:fs";
import type { KvPolicy, PlacementPlan, SequenceView } from "@kvasir/kv-core";
import { createReferenceBackend } from "@kvasir/kv-core/reference";
import fc from "fast-check";
import { afterAll, afterEach, describe, expect, it } from "vitest";
import { byteModel } from "../testing/byte-model.ts";
import type { Engine, EngineEvent, GenerationRequest } from "./engine-api.ts";
import type { EngineOptions } from "./engine-options.ts";
import { openEngine } from "./open-engine.ts";

const MODEL = byteModel();
let engine: Engine | undefined;

afterAll(() => rmSync(MODEL, { recursive: true }));
afterEach(async () => {
  await engine?.close({ drain: false });
  engine = undefined;
});

/** A policy that places contexts by a rule of a few lines. */
function placing(name: string, place: (sequence: SequenceView) => PlacementPlan): KvPolicy {
  return {
    specVersion: "v1",
    name,
    capabilities: { phases: ["prefill"], reads: [], fidelity: "approximate", reclaims: "none", shiftsSegments: true },
    bind: () => ({ place, dispose() {} }),
  };
}

/** Keeps all, and computes again the positions that a test wants. */
function recomputing(name: string, isAgain: (position: number, offset: number) => boolean): KvPolicy {
  return placing(name, ({ contexts = [] }) => {
    const positions = contexts.flatMap(({ startPosition, length }) =>
      Array.from({ length }, (_, offset) => startPosition + offset).filter((position) => isAgain(position, position - startPosition)),
    );
    return {
      contexts: contexts.map((context) => ({ ...context, keep: "all" })),
      cachedTokens: contexts.reduce((sum, { length }) => sum + length, 0),
      recompute: [{ layers: "all", positions, blend: 1 }],
    };
  });
}

const PRESETS = {
  full: [],
  reuse: [recomputing("reuse", () => false)],
  everything: [recomputing("everything", () => true)],
  first: [recomputing("first", (_, offset) => offset < 5)],
  scattered: [recomputing("scattered", (position) => position % 7 < 3)],
  broken: [placing("broken", ({ contexts = [] }) => ({ contexts: [{ ...contexts[0]!, keep: [3, 2] }], cachedTokens: 1, recompute: [] }))],
  nothing: [placing("nothing", () => ({ contexts: [], cachedTokens: 0, recompute: [] }))],
};

const TEXTS: Readonly<Record<string, string>> = {
  a: "The ferry to Oke leaves at nine and is late. ",
  b: "Mara keeps two goats; the third one was sold in May, they say.",
  c: "In this file tor means sold.",
};

async function open(options: Partial<EngineOptions> = {}): Promise<Engine> {
  engine = await openEngine({
    modelPath: MODEL,
    backend: createReferenceBackend(),
    presets: PRESETS,
    kvDtype: "f32",
    kvPoolBytes: 16 * 1024 * 1024,
    maxStepTokens: 32,
    ...options,
  });
  return engine;
}

async function register(target: Engine): Promise<void> {
  for (const [id, content] of Object.entries(TEXTS)) await target.createContext({ id, content, visibility: "private", tenant: "t" });
}

const QUESTION = [...Buffer.from("Who sold it?")];

function request(contexts: readonly string[], policy: string, overrides: Partial<GenerationRequest> = {}): GenerationRequest {
  return { prompt: QUESTION, contexts, policy, tenant: "t", maxTokens: 5, sampling: {}, stop: [], ignoreEos: true, ...overrides };
}

interface Answer {
  readonly tokens: number[];
  readonly rows: Float32Array[];
  readonly usage: Extract<EngineEvent, { type: "finished" }>["usage"];
}

async function answer(target: Engine, asked: GenerationRequest): Promise<Answer> {
  const tokens: number[] = [];
  const rows: Float32Array[] = [];
  let usage: Answer["usage"] | undefined;
  for await (const event of target.generate({ ...asked, fullLogprobs: true })) {
    if (event.type === "token-delta") tokens.push(...event.tokens);
    if (event.type === "token-delta") rows.push(...(event.fullLogprobs ?? []));
    if (event.type === "finished") usage = event.usage;
  }
  return { tokens, rows, usage: usage! };
}

function largestDifference(a: readonly Float32Array[], b: readonly Float32Array[]): number {
  expect(a.length).toBe(b.length);
  return Math.max(...a.flatMap((row, index) => [...row].map((value, at) => Math.abs(value - b[index]![at]!))));
}

describe("placed contexts", () => {
  it("are what a full prefill gives where every token is computed again, in any order and number", async () => {
    const shared = await open();
    await register(shared);
    for (const contexts of [["a"], ["b", "a"], ["c", "a", "b"], ["a", "a"]]) {
      const full = await answer(shared, request(contexts, "full"));
      const again = await answer(shared, request(contexts, "everything"));
      expect(again.tokens).toEqual(full.tokens);
      expect(largestDifference(again.rows, full.rows)).toBeLessThan(1e-4);
      expect(again.usage).toMatchObject({ recomputedTokens: again.usage.contextTokens, cachedTokens: 0, keptRatio: 1 });
    }
  });

  it("read registered pages where they lie and compute nothing of them", async () => {
    const shared = await open();
    await register(shared);
    const before = await shared.stats();
    const placed = await answer(shared, request(["c", "a", "b"], "reuse"));
    const { contextTokens } = placed.usage;
    expect(placed.usage).toMatchObject({ cachedTokens: contextTokens, recomputedTokens: 0, keptRatio: 1 });
    expect((await shared.stats()).prefillTokensComputed - before.prefillTokensComputed).toBe(QUESTION.length);
    const full = await answer(shared, request(["c", "a", "b"], "full"));
    expect(largestDifference(placed.rows, full.rows)).toBeGreaterThan(1e-3);
    const alone = await answer(shared, request(["a"], "reuse"));
    expect(largestDifference(alone.rows, (await answer(shared, request(["a"], "full"))).rows)).toBeLessThan(1e-4);
    expect((await shared.stats()).pages.referenced).toBe(before.pages.referenced);
  });

  it("leave contexts' own pages as they were when tokens are computed again", async () => {
    const shared = await open();
    await register(shared);
    const before = await answer(shared, request(["b", "a"], "reuse"));
    const changed = await answer(shared, request(["b", "a"], "first"));
    expect(changed.usage).toMatchObject({ recomputedTokens: 10, cachedTokens: changed.usage.contextTokens - 10 });
    expect(largestDifference(changed.rows, before.rows)).toBeGreaterThan(0);
    expect((await answer(shared, request(["b", "a"], "reuse"))).rows).toEqual(before.rows);
  });

  it("answer alike however the recomputation was cut into steps", async () => {
    const whole = await open({ maxStepTokens: 512 });
    await register(whole);
    const wanted = await answer(whole, request(["c", "b", "a"], "scattered"));
    await whole.close();
    const cut = await open({ maxStepTokens: 8, maxRunning: 4 });
    await register(cut);
    expect((await answer(cut, request(["c", "b", "a"], "scattered"))).rows).toEqual(wanted.rows);
  });

  it("give the same answer after preemption, and all pages back", async () => {
    const wanted = new Map<string, number[]>();
    const roomy = await open();
    await register(roomy);
    const asked = ["reuse", "scattered", "first", "everything"].flatMap((policy) =>
      [
        ["a", "b"],
        ["b", "a"],
      ].map((contexts) => request(contexts, policy, { maxTokens: 30 })),
    );
    for (const one of asked) wanted.set(JSON.stringify(one), (await answer(roomy, one)).tokens);
    await roomy.close();
    const pageBytes = roomy.info.kvBytesPerToken * roomy.info.pageSize;
    const small = await open({ kvPoolBytes: 28 * pageBytes });
    await register(small);
    const before = (await small.stats()).pages.referenced;
    const found = await Promise.all(asked.map((one) => answer(small, one)));
    expect((await small.stats()).preemptions).toBeGreaterThan(0);
    found.forEach(({ tokens }, index) => expect(tokens).toEqual(wanted.get(JSON.stringify(asked[index]))));
    expect((await small.stats()).pages.referenced).toBe(before);
  });

  it("stay what they were for requests under way when they are deleted and registered anew", async () => {
    const shared = await open();
    await register(shared);
    const wanted = await answer(shared, request(["b", "a"], "scattered"));
    const running = [0, 1, 2].map(() => answer(shared, request(["b", "a"], "scattered")));
    expect(await shared.deleteContext("b", "t")).toBe(true);
    await shared.createContext({ id: "b", content: TEXTS["b"]!.replace("two goats", "six goats"), visibility: "private", tenant: "t" });
    for (const { rows } of await Promise.all(running)) expect(rows).toEqual(wanted.rows);
    expect((await answer(shared, request(["b", "a"], "scattered"))).rows).not.toEqual(wanted.rows);
    for (const id of Object.keys(TEXTS)) await shared.deleteContext(id, "t");
    expect((await shared.stats()).pages.referenced).toBe(0);
  });

  it("fail one request alone where a policy's plan is broken, and are computed in full where it places nothing", async () => {
    const shared = await open();
    await register(shared);
    const before = (await shared.stats()).pages.referenced;
    const [broken, fine] = await Promise.allSettled([
      answer(shared, request(["a", "b"], "broken")),
      answer(shared, request(["a", "b"], "reuse")),
    ]);
    expect(broken).toMatchObject({ status: "rejected", reason: { code: "KV_POLICY_CONTRACT" } });
    expect(fine.status).toBe("fulfilled");
    expect((await answer(shared, request(["a", "b"], "nothing"))).rows).toEqual((await answer(shared, request(["a", "b"], "full"))).rows);
    expect((await answer(shared, request(["a"], "reuse", { prompt: [] }))).tokens).toHaveLength(5);
    expect((await shared.stats()).pages.referenced).toBe(before);
  });

  it("give pages back whenever a request is cancelled", async () => {
    const shared = await open({ maxStepTokens: 8, maxRunning: 4 });
    await register(shared);
    const before = (await shared.stats()).pages.referenced;
    await fc.assert(
      fc.asyncProperty(fc.constantFrom("reuse", "scattered", "everything"), fc.nat(12), async (policy, turns) => {
        const abort = new AbortController();
        const reading = (async () => {
          for await (const event of shared.generate(request(["a", "c", "b"], policy, { maxTokens: 40 }), abort.signal)) void event;
        })();
        for (let turn = 0; turn < turns; turn++) await new Promise((resolve) => setImmediate(resolve));
        abort.abort();
        await reading;
        expect((await shared.stats()).pages.referenced).toBe(before);
      }),
      { numRuns: 25 },
    );
  });
});
