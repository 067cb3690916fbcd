import { rmSync } from "node:fs";
import type { ContextSummary, KvPolicy, LayerIndex, PlacementPlan, SequenceView } from "@kvasir/kv-core";
import { createReferenceBackend } from "@kvasir/kv-core/reference";
import { afterAll, afterEach, beforeEach, describe, expect, it } from "vitest";
import { byteModel } from "../testing/byte-model.ts";
import type { Engine, GenerationRequest } from "./engine-api.ts";
import { openEngine } from "./open-engine.ts";

const MODEL = byteModel();
const QUESTION = [...Buffer.from("Who sold it?")];
const TEXTS: Readonly<Record<string, string>> = { a: "The ferry to Oke is late again. ", b: "Mara keeps two goats and a very old dog." };

/** What a policy under test saw. */
interface Seen {
  readonly summaries: ContextSummary[];
  readonly queries: Float32Array[];
}
let seen: Seen;
let engine: Engine;

/** Keeps the offsets that a test wants. */
function keeping(contexts: SequenceView["contexts"], isKept: (offset: number) => boolean, isAgain = false): PlacementPlan {
  const placed = (contexts ?? []).map(({ pages, skip = 0, length, firstPosition, startPosition }) => {
    return { pages, skip, length, firstPosition, startPosition, keep: Array.from({ length }, (_, at) => at).filter(isKept) };
  });
  const positions = placed.flatMap(({ startPosition, keep }) => keep.map((offset) => startPosition + offset));
  return {
    contexts: placed,
    cachedTokens: placed.reduce((sum, { length }) => sum + length, 0),
    recompute: isAgain ? [{ layers: "all", positions, blend: 1 }] : [],
  };
}

const isSome = (offset: number): boolean => offset % 11 < 6;

/** Probes twice, over all and over some tokens, then keeps some. */
function probing(name: string, isAgain: boolean, probes = 2): KvPolicy {
  return {
    specVersion: "v1",
    name,
    capabilities: { phases: ["prefill"], reads: [], fidelity: "approximate", reclaims: "none", shiftsSegments: true },
    bind: () => {
      let calls = 0;
      return {
        summaries: { layers: [0, 1].map((layer) => ({ layer: layer as LayerIndex, keyTokens: 1, queryTokens: 2 })) },
        probe({ contexts = [] }, { queries }) {
          if (queries !== undefined) seen.queries.push(queries);
          if (calls++ === probes) return undefined;
          seen.summaries.push(...contexts.flatMap(({ summary }) => summary ?? []));
          return keeping(contexts, calls === 1 ? () => true : isSome);
        },
        place({ contexts = [] }) {
          calls = 0;
          return keeping(contexts, isSome, isAgain);
        },
        dispose() {},
      };
    },
  };
}

beforeEach(async () => {
  seen = { summaries: [], queries: [] };
  engine = await openEngine({
    modelPath: MODEL,
    backend: createReferenceBackend(),
    presets: { full: [], some: [probing("some", false)], again: [probing("again", true)], endless: [probing("endless", false, 1000)] },
    kvDtype: "f32",
    kvPoolBytes: 16 * 1024 * 1024,
    maxStepTokens: 16,
    maxRunning: 8,
  });
  for (const [id, content] of Object.entries(TEXTS)) await engine.createContext({ id, content, visibility: "private", tenant: "t" });
});
afterEach(() => engine.close({ drain: false }));
afterAll(() => rmSync(MODEL, { recursive: true }));

async function answer(contexts: readonly string[], policy: string, signal?: AbortSignal) {
  const request: GenerationRequest = {
    prompt: QUESTION,
    contexts,
    policy,
    tenant: "t",
    maxTokens: 4,
    sampling: {},
    stop: [],
    ignoreEos: true,
    fullLogprobs: true,
  };
  const rows: number[][] = [];
  for await (const event of engine.generate(request, signal)) {
    if (event.type === "token-delta") rows.push(...(event.fullLogprobs ?? []).map((row) => [...row]));
    if (event.type === "finished") return { rows, usage: event.usage };
  }
  throw new Error("the request ended without saying so");
}

const difference = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Math.max(...Array.from(a, (value, index) => Math.abs(value - (b[index] ?? Number.NaN))));

describe("probed contexts", () => {
  it("have only what is kept of them in the sequence, in pages of its own where it is computed again", async () => {
    const { usage } = await answer(["b", "a"], "again");
    const kept = usage.recomputedTokens;
    expect(kept).toBeGreaterThan(0);
    expect(usage.keptRatio).toBeCloseTo((kept + QUESTION.length + 3) / (usage.contextTokens + QUESTION.length + 3), 5);
    const pageBytes = engine.info.kvBytesPerToken * engine.info.pageSize;
    expect(usage.kvBytes).toBe(Math.ceil((kept + QUESTION.length + 3) / engine.info.pageSize) * pageBytes);
    expect(usage.cachedTokens).toBe(usage.contextTokens - kept);
  });

  it("read kept tokens where they lie where nothing is computed again", async () => {
    const { usage, rows } = await answer(["a", "b"], "some");
    expect(usage).toMatchObject({ recomputedTokens: 0, cachedTokens: usage.contextTokens });
    expect(usage.keptRatio).toBeLessThan(0.8);
    expect((await answer(["a", "b"], "some")).rows).toEqual(rows);
  });

  it("give policies the question's queries, of each pass", async () => {
    await answer(["a", "b"], "some");
    const [first, second] = seen.queries;
    expect(seen.queries).toHaveLength(2);
    expect(first!.length % (2 * QUESTION.length)).toBe(0);
    // In the first layer queries depend on nothing but their own token; later ones have seen what was kept.
    const half = first!.length / 2;
    expect(difference(first!.subarray(0, half), second!.subarray(0, half))).toBe(0);
    expect(difference(first!.subarray(half), second!.subarray(half))).toBeGreaterThan(1e-4);
  });

  it("are summarized once, and turned to where they stand", async () => {
    const before = (await engine.stats()).pages;
    await answer(["a", "b"], "some");
    await answer(["b", "a"], "some");
    const [a, b, , , bFirst, aSecond] = seen.summaries;
    expect(difference(a!.keys[1]!, aSecond!.keys[1]!)).toBeGreaterThan(1e-3);
    // Turning changes no length.
    const norm = (vectors: Float32Array): number => Math.hypot(...vectors);
    expect(norm(b!.keys[1]!)).toBeCloseTo(norm(bFirst!.keys[1]!), 3);
    expect(a!.queries[0]!.length * 2 * 2).toBeGreaterThanOrEqual(a!.keys[0]!.length);
    expect((await engine.stats()).pages.referenced).toBe(before.referenced);
  });

  it("fail the request of a policy that never has enough, and give pages back when it is cancelled on the way", async () => {
    const before = (await engine.stats()).pages.referenced;
    await expect(answer(["a", "b"], "endless")).rejects.toMatchObject({ code: "KV_POLICY_CONTRACT" });
    for (const turns of [0, 1, 2, 4, 8]) {
      const abort = new AbortController();
      const asked = answer(["a", "b"], "again", abort.signal).catch(() => undefined);
      for (let turn = 0; turn < turns; turn++) await new Promise((resolve) => setImmediate(resolve));
      abort.abort();
      await asked;
    }
    expect((await engine.stats()).pages.referenced).toBe(before);
  });
});
