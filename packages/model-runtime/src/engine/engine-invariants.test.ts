import { rmSync } from "node:fs";
import { createReferenceBackend } from "@kvasir/kv-core/reference";
import { channelInt8 } from "@kvasir/kv-core/testing";
import fc from "fast-check";
import { afterAll, expect, it } from "vitest";
import { byteModel } from "../testing/byte-model.ts";
import { packingPolicy } from "../testing/packing-policy.ts";
import type { Engine, GenerationRequest } from "./engine-api.ts";
import { openEngine } from "./open-engine.ts";

const MODEL = byteModel();
const TOTAL_PAGES = 14;

afterAll(() => rmSync(MODEL, { recursive: true }));

type Action =
  | {
      readonly type: "generate";
      readonly prefix: number;
      readonly length: number;
      readonly maxTokens: number;
      readonly tenant: string;
      readonly useContext: boolean;
      readonly policy: string;
    }
  | { readonly type: "abort"; readonly which: number }
  | { readonly type: "create-context"; readonly id: string; readonly length: number; readonly tenant: string; readonly policy: string }
  | { readonly type: "delete-context"; readonly id: string; readonly tenant: string }
  | { readonly type: "wait"; readonly turns: number };

const tenant = fc.constantFrom("a", "b");
const policy = fc.constantFrom("full", "packed", "gradual");
const contextId = fc.constantFrom("x", "y");
const action: fc.Arbitrary<Action> = fc.oneof(
  fc.record({
    type: fc.constant("generate" as const),
    prefix: fc.nat(2),
    length: fc.integer({ min: 1, max: 70 }),
    maxTokens: fc.integer({ min: 0, max: 40 }),
    tenant,
    useContext: fc.boolean(),
    policy,
  }),
  fc.record({ type: fc.constant("abort" as const), which: fc.nat(20) }),
  fc.record({ type: fc.constant("create-context" as const), id: contextId, length: fc.integer({ min: 1, max: 80 }), tenant, policy }),
  fc.record({ type: fc.constant("delete-context" as const), id: contextId, tenant }),
  fc.record({ type: fc.constant("wait" as const), turns: fc.integer({ min: 1, max: 6 }) }),
);

it("keeps every page accounted for, whatever is admitted, shared, aborted, preempted and deleted", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(action, { minLength: 5, maxLength: 30 }), async (actions) => {
      const engine = await openTinyPool();
      try {
        await play(engine, actions);
        for (const owner of ["a", "b"]) for (const id of ["x", "y"]) await engine.deleteContext(id, owner);
        const { pages, requestsRunning, requestsWaiting } = await engine.stats();
        expect({ requestsRunning, requestsWaiting, referenced: pages.referenced }).toEqual({
          requestsRunning: 0,
          requestsWaiting: 0,
          referenced: 0,
        });
        expect(pages.free + pages.cached).toBe(TOTAL_PAGES);
      } finally {
        await engine.close({ drain: false });
      }
    }),
    { numRuns: 25 },
  );
}, 120_000);

async function openTinyPool(): Promise<Engine> {
  const backend = createReferenceBackend({ codecs: [channelInt8()] });
  const packed = { codec: "channel-int8", recentPages: 1, batchPages: 1, overSteps: 0 };
  // 3 layers, 2 KV heads of 16 channels, f32, 16 tokens.
  const pageBytes = 3 * 2 * 16 * 2 * 4 * 16;
  return openEngine({
    modelPath: MODEL,
    backend,
    presets: { full: [], packed: [packingPolicy(packed)], gradual: [packingPolicy({ ...packed, overSteps: 5 })] },
    kvDtype: "f32",
    kvPoolBytes: TOTAL_PAGES * pageBytes,
    maxStepTokens: 24,
    maxModelLength: 160,
  });
}

async function play(engine: Engine, actions: readonly Action[]): Promise<void> {
  const aborts: AbortController[] = [];
  const work: Promise<void>[] = [];
  for (const step of actions) {
    if (step.type === "generate") {
      const abort = new AbortController();
      aborts.push(abort);
      work.push(consume(engine, requestOf(step), abort.signal));
    } else if (step.type === "abort") {
      aborts[step.which % Math.max(1, aborts.length)]?.abort();
    } else if (step.type === "create-context") {
      const content = String.fromCodePoint(97 + step.id.length).repeat(step.length);
      work.push(
        engine
          .createContext({ id: step.id, content, visibility: "private", tenant: step.tenant, policy: step.policy })
          .then(ignore, expected),
      );
    } else if (step.type === "delete-context") {
      await engine.deleteContext(step.id, step.tenant);
    } else {
      for (let turn = 0; turn < step.turns; turn++) await new Promise((resolve) => setImmediate(resolve));
    }
    const { pages } = await engine.stats();
    expect(pages.free + pages.referenced + pages.cached).toBe(TOTAL_PAGES);
  }
  await Promise.all(work);
}

function requestOf(step: Extract<Action, { type: "generate" }>): GenerationRequest {
  const prompt = Array.from({ length: step.length }, (_, i) => (i < 32 ? step.prefix * 50 + i : (i * 31) % 256));
  const contexts = step.useContext ? ["x"] : [];
  return { prompt, contexts, policy: step.policy, tenant: step.tenant, maxTokens: step.maxTokens, sampling: {}, stop: [], ignoreEos: true };
}

async function consume(engine: Engine, request: GenerationRequest, signal: AbortSignal): Promise<void> {
  let generated = 0;
  try {
    for await (const event of engine.generate(request, signal)) {
      if (event.type === "token-delta") generated += event.tokens.length;
      if (event.type === "finished" && event.reason === "length") expect(generated).toBe(request.maxTokens);
    }
  } catch (error) {
    expected(error);
  }
}

/** Refusals are part of the game; anything else is a bug. */
function expected(error: unknown): void {
  const { code } = error as { code?: string };
  if (code !== "KV_REQUEST_REJECTED" && code !== "KV_OUT_OF_PAGES") throw error;
}

function ignore(): void {}
