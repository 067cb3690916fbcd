import { rmSync } from "node:fs";
import type { KvPolicy, SequenceView } from "@kvasir/kv-core";
import { createReferenceBackend } from "@kvasir/kv-core/reference";
import { channelInt8 } from "@kvasir/kv-core/testing";
import { afterAll, afterEach, describe, expect, it } from "vitest";
import { byteModel } from "../testing/byte-model.ts";
import { packingPolicy, type PackingPolicyOptions } from "../testing/packing-policy.ts";
import type { Engine, EngineEvent, GenerationRequest, GenerationUsage } from "./engine-api.ts";
import type { EngineOptions } from "./engine-options.ts";
import { openEngine } from "./open-engine.ts";

const MODEL = byteModel();
/** 3 layers, 2 KV heads of 16 channels, f32, 16 tokens. */
const PAGE_BYTES = 3 * 2 * 16 * 2 * 4 * 16;
const open: Engine[] = [];

function packing(options: Partial<PackingPolicyOptions> = {}): KvPolicy {
  return packingPolicy({ codec: "channel-int8", recentPages: 1, batchPages: 2, overSteps: 0, ...options });
}

async function openPacking(policy: KvPolicy = packing(), options: Partial<EngineOptions> = {}): Promise<Engine> {
  const engine = await openEngine({
    modelPath: MODEL,
    backend: createReferenceBackend({ codecs: [channelInt8()] }),
    presets: { full: [], packed: [policy] },
    defaultPolicy: "packed",
    kvDtype: "f32",
    kvPoolBytes: 200 * PAGE_BYTES,
    maxStepTokens: 32,
    ...options,
  });
  open.push(engine);
  return engine;
}

afterAll(() => rmSync(MODEL, { recursive: true }));

afterEach(async () => {
  for (const engine of open.splice(0)) {
    await engine.close({ drain: false });
  }
});

const ticks = (from: number, count: number): number[] =>
  Array.from({ length: count }, (_, i) => ((from + i) * 7 + ((from + i) >> 5)) % 256);

function request(prompt: readonly number[], overrides: Partial<GenerationRequest> = {}): GenerationRequest {
  return { prompt, contexts: [], tenant: "a", maxTokens: 6, sampling: {}, stop: [], ignoreEos: true, ...overrides };
}

interface Answer {
  readonly tokens: readonly number[];
  readonly usage: GenerationUsage;
  readonly cachedTokens: number;
}

async function answer(events: AsyncIterable<EngineEvent>): Promise<Answer> {
  const tokens: number[] = [];
  let cachedTokens = -1;
  for await (const event of events) {
    if (event.type === "prompt-ready") cachedTokens = event.cachedTokens;
    if (event.type === "token-delta") tokens.push(...event.tokens);
    if (event.type === "finished") return { tokens, cachedTokens, usage: event.usage };
  }
  throw new Error("the generation did not finish");
}

/** Pages that a sequence takes: dense ones, and what `tokens` encoded tokens fill, with one state and directory. */
function encodedPages(tokens: number): number {
  const pieces = Array.from({ length: Math.ceil(tokens / 64) }, (_, index) => Math.min(64, tokens - 64 * index));
  const aligned = (bytes: number): number => Math.ceil(bytes / 64) * 64;
  const bytes = pieces.reduce((sum, piece) => sum + 6 * aligned(16 + 2 * 16 * piece) + aligned(16 + 6 * 32), 6 * aligned(4 + 8 * 16));
  return Math.ceil(bytes / PAGE_BYTES);
}

describe("recoding", () => {
  it("gives back the pages of a prompt before its second token, and says what is held", async () => {
    const engine = await openPacking();
    const { usage, tokens } = await answer(engine.generate(request(ticks(0, 200), { maxTokens: 4 })));
    expect(tokens).toHaveLength(4);
    // 12 pages are full; 11 are recoded, 176 tokens, and 27 tokens stay dense in 2. Ends of pages that no item fits in cost one page.
    expect(usage.kvBytes).toBe((encodedPages(176) + 1 + 2) * PAGE_BYTES);
    expect(usage.denseKvBytes).toBe(13 * PAGE_BYTES);
    expect(usage.kvBytes).toBeLessThan(usage.denseKvBytes / 2);
    expect(usage.keptRatio).toBe(1);
    expect((await engine.stats()).pages.referenced).toBe(0);
  });

  it("swaps exactly after the steps that the policy names", async () => {
    const seen: string[] = [];
    const onRetain = ({ recoding, segments, length }: SequenceView): void => {
      const encoded = segments.reduce((sum, { encoding, length: tokens }) => (encoding === undefined ? sum : sum + tokens), 0);
      seen.push(`${length}: ${recoding.length} ${encoded}`);
    };
    const engine = await openPacking(packing({ overSteps: 3, onRetain }));
    await answer(engine.generate(request(ticks(0, 50), { maxTokens: 7 })));
    expect(seen.slice(-7)).toEqual(["50: 0 0", "51: 2 0", "52: 2 0", "53: 2 0", "54: 0 32", "55: 0 32", "56: 0 32"]);
  });

  it("answers the same whatever else runs", async () => {
    const policy = packing({ overSteps: 2, batchPages: 1 });
    const prompts = [0, 1, 2, 3].map((i) => ticks(100 * i, 60 + 17 * i));
    const alone: (readonly number[])[] = [];
    for (const prompt of prompts)
      alone.push((await answer((await openPacking(policy)).generate(request(prompt, { maxTokens: 40 })))).tokens);
    const together = await openPacking(policy);
    const answers = await Promise.all(prompts.map((prompt) => answer(together.generate(request(prompt, { maxTokens: 40 })))));
    expect(answers.map(({ tokens }) => tokens)).toEqual(alone);
  });

  it("answers the same after preemption", async () => {
    const policy = packing({ overSteps: 2, batchPages: 4 });
    // Short prompts are admitted together and outgrow the small pool, which has room for each alone while it is recoded.
    const prompts = [0, 1, 2].map((i) => ticks(100 * i, 20));
    const alone: (readonly number[])[] = [];
    for (const prompt of prompts)
      alone.push((await answer((await openPacking(policy)).generate(request(prompt, { maxTokens: 110 })))).tokens);
    const small = await openPacking(policy, { kvPoolBytes: 13 * PAGE_BYTES, maxModelLength: 160 });
    const answers = await Promise.all(prompts.map((prompt) => answer(small.generate(request(prompt, { maxTokens: 110 })))));
    expect((await small.stats()).preemptions).toBeGreaterThan(0);
    expect(answers.map(({ tokens }) => tokens)).toEqual(alone);
    expect((await small.stats()).pages.referenced).toBe(0);
  });

  it("leaves tokens dense where there are no pages, and asks again", async () => {
    const asked: number[] = [];
    const onRetain = ({ length, recoding }: SequenceView): void => void (recoding.length === 0 && asked.push(length));
    // The prompt fills 7 of 8 pages; its encoded form needs 2 beside them.
    const engine = await openPacking(packing({ onRetain }), { kvPoolBytes: 8 * PAGE_BYTES, maxModelLength: 120 });
    const { usage, tokens } = await answer(engine.generate(request(ticks(0, 112), { maxTokens: 8 })));
    expect(tokens).toHaveLength(8);
    expect(usage.kvBytes).toBe(8 * PAGE_BYTES);
    expect(asked.filter((length) => length >= 112).length).toBe(8);
    expect((await engine.stats()).pages.referenced).toBe(0);
  });

  it("gives everything back when a request is aborted in the middle", async () => {
    const engine = await openPacking(packing({ overSteps: 50 }));
    const abort = new AbortController();
    let seen = 0;
    for await (const event of engine.generate(request(ticks(0, 200), { maxTokens: 100 }), abort.signal)) {
      if (event.type === "token-delta" && ++seen === 10) abort.abort();
    }
    expect(seen).toBeLessThan(14);
    expect((await engine.stats()).pages.referenced).toBe(0);
  });

  it("keeps what it computes from encoded tokens out of the prefix index", async () => {
    const engine = await openPacking();
    const prompt = ticks(0, 100);
    const first = await answer(engine.generate(request(prompt, { maxTokens: 60 })));
    const exact = await answer((await openPacking()).generate(request([...prompt, ...first.tokens], { policy: "full" })));
    const after = await answer(engine.generate(request([...prompt, ...first.tokens], { policy: "full" })));
    // The prompt's pages were computed exactly, and are kept until somebody needs room.
    expect(after.cachedTokens).toBe(96);
    expect(after.tokens).toEqual(exact.tokens);
  });
});

describe("packed contexts", () => {
  const content = "The ferry to the island leaves at nine, and the office opens at seven. ".repeat(4);

  it("are packed once and attached by the requests of their preset", async () => {
    const engine = await openPacking();
    const { context } = await engine.createContext({ id: "text", content, visibility: "public", tenant: "a" });
    const packed = 16 * (Math.floor(context.tokens / 16) - 1);
    const pages = encodedPages(packed) + Math.ceil((context.tokens - packed) / 16);
    expect(context.kvBytes).toBe(pages * PAGE_BYTES);
    expect(context.denseKvBytes).toBe(Math.ceil(context.tokens / 16) * PAGE_BYTES);
    expect((await engine.stats()).pages.referenced).toBe(pages);
    const before = (await engine.stats()).prefillTokensComputed;
    const questions = [ticks(500, 9), ticks(700, 21)];
    const answers = await Promise.all(
      questions.map((question) => answer(engine.generate(request(question, { contexts: ["text"], tenant: "b" })))),
    );
    expect((await engine.stats()).prefillTokensComputed - before).toBe(9 + 21);
    expect(answers.map(({ cachedTokens }) => cachedTokens)).toEqual([context.tokens, context.tokens]);
    const again = await answer(engine.generate(request(questions[0]!, { contexts: ["text"] })));
    expect(again.tokens).toEqual(answers[0]?.tokens);
    // A request that continues the context's pieces has a state of the context's.
    const long = await answer(engine.generate(request(questions[1]!, { contexts: ["text"], maxTokens: 60 })));
    expect(long.usage.kvBytes).toBeLessThan(long.usage.denseKvBytes / 2);
    await engine.deleteContext("text", "a");
    expect((await engine.stats()).pages.referenced).toBe(0);
  });

  it("serve a question about nothing but themselves", async () => {
    const engine = await openPacking();
    const { context } = await engine.createContext({ id: "text", content, visibility: "private", tenant: "a" });
    const alone = await answer(engine.generate(request([], { contexts: ["text"] })));
    expect(alone.cachedTokens).toBe(context.tokens - 1);
    expect(alone.tokens).toHaveLength(6);
    const bare = await openPacking(packing({ recentPages: 0 }));
    await bare.createContext({ id: "text", content: content.slice(0, 159), visibility: "private", tenant: "a" });
    // The last token lies inside an encoded piece, so the context's exact pages are found in the index instead.
    const inside = await answer(bare.generate(request([], { contexts: ["text"] })));
    expect(inside.cachedTokens).toBe(144);
  });

  it("are followed by other contexts and leave other presets alone", async () => {
    const engine = await openPacking();
    await engine.createContext({ id: "one", content, visibility: "private", tenant: "a" });
    const two = await engine.createContext({ id: "two", content: `Or not. ${content}`, visibility: "private", tenant: "a" });
    const both = await answer(engine.generate(request(ticks(3, 20), { contexts: ["one", "two"] })));
    expect(both.cachedTokens).toBeGreaterThanOrEqual(content.length);
    expect(both.cachedTokens).toBeLessThan(content.length + two.context.tokens);
    const exact = await openPacking();
    await exact.createContext({ id: "one", content, visibility: "private", tenant: "a", policy: "full" });
    const full = request(ticks(3, 20), { contexts: ["one"], policy: "full", maxTokens: 20 });
    expect((await answer(engine.generate(full))).tokens).toEqual((await answer(exact.generate(full))).tokens);
  });
});
