import { rmSync } from "node:fs";
import { createReferenceBackend } from "@kvasir/kv-core/reference";
import { afterAll, afterEach, describe, expect, it } from "vitest";
import { RequestRejectedError } from "../errors/request-rejected-error.ts";
import type { Engine, EngineEvent, GenerationRequest } from "./engine-api.ts";
import type { EngineOptions } from "./engine-options.ts";
import { openEngine } from "./open-engine.ts";
import { byteModel } from "../testing/byte-model.ts";

const TINY = byteModel();

let engine: Engine | undefined;

async function open(options: Partial<EngineOptions> = {}): Promise<Engine> {
  engine = await openEngine({
    modelPath: TINY,
    backend: createReferenceBackend(),
    presets: { full: [] },
    kvDtype: "f32",
    kvPoolBytes: 16 * 1024 * 1024,
    maxStepTokens: 32,
    ...options,
  });
  return engine;
}

afterAll(() => rmSync(TINY, { recursive: true }));

afterEach(async () => {
  await engine?.close({ drain: false });
  engine = undefined;
});

function request(prompt: readonly number[], overrides: Partial<GenerationRequest> = {}): GenerationRequest {
  return { prompt, contexts: [], tenant: "a", maxTokens: 6, sampling: {}, stop: [], ignoreEos: true, ...overrides };
}

async function collect(events: AsyncIterable<EngineEvent>): Promise<{ tokens: number[]; text: string; events: EngineEvent[] }> {
  const all: EngineEvent[] = [];
  for await (const event of events) all.push(event);
  const deltas = all.filter((event) => event.type === "token-delta");
  return { tokens: deltas.flatMap((event) => event.tokens), text: deltas.map((event) => event.text).join(""), events: all };
}

const ticks = (from: number, count: number): number[] =>
  Array.from({ length: count }, (_, i) => ((from + i) * 7 + ((from + i) >> 5)) % 256);

describe("LocalEngine", () => {
  it("computes a context's tokens once, those of its partial last page too", async () => {
    for (const length of [33, 40, 47, 48]) {
      const content = "abcdefgh".repeat(8).slice(0, length);
      const alone: number[][] = [];
      for (const question of [ticks(500, 9), ticks(700, 21)]) {
        const fresh = await open();
        await fresh.createContext({ id: "text", content, visibility: "private", tenant: "a" });
        alone.push((await collect(fresh.generate(request(question, { contexts: ["text"] })))).tokens);
        await fresh.close();
      }
      const shared = await open();
      const { context } = await shared.createContext({ id: "text", content, visibility: "private", tenant: "a" });
      const answers = await Promise.all(
        [ticks(500, 9), ticks(700, 21)].map((question) => collect(shared.generate(request(question, { contexts: ["text"] })))),
      );
      expect(answers.map(({ tokens }) => tokens)).toEqual(alone);
      expect((await shared.stats()).prefillTokensComputed).toBe(context.tokens + 9 + 21);
      await shared.deleteContext("text", "a");
      expect((await shared.stats()).pages.referenced).toBe(0);
      await shared.close();
    }
  });

  it("gives the same tokens alone, in a batch, over a shared prefix and after preemption", async () => {
    const prompts = [0, 1, 2, 3].map((i) => [...ticks(0, 40), ...ticks(100 * (i + 1), 9 + i)]);
    const alone: number[][] = [];
    for (const prompt of prompts) {
      const fresh = await open();
      alone.push((await collect(fresh.generate(request(prompt)))).tokens);
      await fresh.close();
    }
    const together = await open();
    const batched = await Promise.all(prompts.map((prompt) => collect(together.generate(request(prompt)))));
    expect(batched.map(({ tokens }) => tokens)).toEqual(alone);
    await together.close();

    const pageBytes = together.info.kvBytesPerToken * together.info.pageSize;
    const small = await open({ kvPoolBytes: 6 * pageBytes });
    const squeezed = await Promise.all(prompts.map((prompt) => collect(small.generate(request(prompt, { maxTokens: 20 })))));
    expect((await small.stats()).preemptions).toBeGreaterThan(0);
    expect(squeezed.map(({ tokens }) => tokens.slice(0, 6))).toEqual(alone);
    expect((await small.stats()).pages.referenced).toBe(0);
  });

  it("computes a prefix that several requests share once", async () => {
    const shared = await open();
    const prefix = ticks(0, 96);
    const results = await Promise.all(
      [1, 2, 3].map((i) => collect(shared.generate(request([...prefix, ...ticks(i * 50, 3)], { maxTokens: 2 })))),
    );
    const stats = await shared.stats();
    expect(stats.prefillTokensComputed).toBe(99 + 2 * 3);
    expect(stats.cachedTokens).toBe(2 * 96);
    expect(results.map(({ events }) => (events[0] as { cachedTokens: number }).cachedTokens)).toEqual([0, 96, 96]);
  });

  it("takes as many readers of one context as have room for what is their own", async () => {
    const pageBytes = 16 * (await open().then(async (one) => (await one.close(), one.info.kvBytesPerToken)));
    const small = await open({ kvPoolBytes: 16 * pageBytes, maxWaitingPoolShare: 1, maxRunning: 2 });
    await small.createContext({ id: "text", content: "0123456789".repeat(16), visibility: "private", tenant: "a" });
    const readers = Array.from({ length: 8 }, (_, i) =>
      collect(small.generate(request(ticks(60 * i, 4), { contexts: ["text"], maxTokens: 2 }))),
    );
    // Each is 11 or 12 pages long, and all but 2 of these are the context's.
    expect((await Promise.all(readers)).map(({ tokens }) => tokens.length)).toEqual(readers.map(() => 2));
    const others = Array.from({ length: 8 }, (_, i) => collect(small.generate(request(ticks(60 * i, 165), { maxTokens: 2 }))));
    const refused = (await Promise.allSettled(others)).filter(({ status }) => status === "rejected");
    expect(refused.length).toBeGreaterThan(0);
    await small.close();
  });

  it("shares nothing between tenants but public contexts", async () => {
    const shared = await open();
    const prompt = ticks(0, 48);
    await collect(shared.generate(request(prompt, { maxTokens: 1 })));
    const other = await collect(shared.generate(request(prompt, { maxTokens: 1, tenant: "b" })));
    expect(other.events[0]).toMatchObject({ cachedTokens: 0 });

    const content = "The harbour office opens at seven and the ferry to the island leaves at nine. ".repeat(6);
    const hidden = await shared.createContext({ id: "mine", content, visibility: "private", tenant: "a" });
    const open1 = await shared.createContext({ id: "ours", content: `Public. ${content}`, visibility: "public", tenant: "a" });
    expect(hidden.isNew && open1.isNew).toBe(true);
    await expect(collect(shared.generate(request([5], { contexts: ["mine"], tenant: "b" })))).rejects.toThrow(RequestRejectedError);
    const reader = await collect(shared.generate(request(ticks(7, 5), { contexts: ["ours"], tenant: "b", maxTokens: 1 })));
    expect((reader.events[0] as { cachedTokens: number }).cachedTokens).toBeGreaterThanOrEqual(open1.context.tokens - 16);
    expect(await shared.listContexts("b")).toHaveLength(1);
    expect(await shared.deleteContext("ours", "b")).toBe(false);
    expect(await shared.deleteContext("ours", "a")).toBe(true);
  });

  it("keeps a context's pages until it is deleted and its last reader has ended", async () => {
    const shared = await open();
    const content = "Delia's extension is 4417. ".repeat(12);
    const { context } = await shared.createContext({ content, visibility: "private", tenant: "a" });
    expect(await shared.createContext({ content, visibility: "private", tenant: "a" })).toMatchObject({
      isNew: false,
      context: { id: context.id },
    });
    await expect(shared.createContext({ id: context.id, content: "Other.", visibility: "private", tenant: "a" })).rejects.toMatchObject({
      reason: "context-conflict",
    });
    const held = (await shared.stats()).pages.referenced;
    expect(held).toBe(Math.ceil(context.tokens / 16));
    const reading = collect(shared.generate(request(ticks(3, 20), { contexts: [context.id], maxTokens: 8 })));
    expect(await shared.deleteContext(context.id, "a")).toBe(true);
    const { events } = await reading;
    expect(events.at(-1)).toMatchObject({ type: "finished", usage: { contextTokens: context.tokens } });
    expect((await shared.stats()).pages.referenced).toBe(0);
  });

  it("frees the pages of an aborted request within one step", async () => {
    const shared = await open();
    const abort = new AbortController();
    let seen = 0;
    let last: EngineEvent | undefined;
    for await (const event of shared.generate(request(ticks(0, 20), { maxTokens: 200 }), abort.signal)) {
      if (event.type === "token-delta" && ++seen === 2) abort.abort();
      last = event;
    }
    expect(last).toMatchObject({ type: "finished", reason: "cancelled" });
    expect(seen).toBeLessThanOrEqual(4);
    expect((await shared.stats()).pages.referenced).toBe(0);
    for await (const event of shared.generate(request(ticks(0, 20), { maxTokens: 200 }))) if (event.type === "token-delta") break;
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(await shared.stats()).toMatchObject({ requestsRunning: 0, pages: { referenced: 0 } });
  });

  it("scores a prompt without generating", async () => {
    const shared = await open();
    const prompt = ticks(0, 20);
    const { events } = await collect(shared.generate(request(prompt, { maxTokens: 0, promptLogprobs: 2 })));
    const ready = events[0] as Extract<EngineEvent, { type: "prompt-ready" }>;
    expect(ready.promptLogprobs).toHaveLength(20);
    expect(ready.promptLogprobs![0]).toBeNull();
    expect(ready.promptLogprobs!.slice(1).map((entry) => entry!.token)).toEqual(prompt.slice(1));
    expect(ready.promptLogprobs!.slice(1).every((entry) => entry!.logprob < 0 && entry!.top.length === 2)).toBe(true);
    expect(events.at(-1)).toMatchObject({ type: "finished", reason: "length", usage: { completionTokens: 0 } });
  });

  it("scores many prompts at once as it scores each alone", async () => {
    const shared = await open({ maxStepTokens: 200 });
    const scores = async (from: number): Promise<number[]> => {
      const { events } = await collect(shared.generate(request(ticks(from, 60), { maxTokens: 1, promptLogprobs: 1 })));
      return (events[0] as Extract<EngineEvent, { type: "prompt-ready" }>).promptLogprobs!.slice(1).map((entry) => entry!.logprob);
    };
    const together = await Promise.all([10, 20, 30, 40].map(scores));
    expect(together.map((entries) => entries.length)).toEqual([59, 59, 59, 59]);
    for (const [i, from] of [10, 20, 30, 40].entries()) expect(await scores(from)).toEqual(together[i]);
  });

  it("refuses what cannot run, naming the numbers", async () => {
    const shared = await open({ maxModelLength: 64, maxWaiting: 1 });
    const rejected = (overrides: Partial<GenerationRequest>, prompt = ticks(0, 4)) => collect(shared.generate(request(prompt, overrides)));
    await expect(rejected({ policy: "nope" })).rejects.toMatchObject({ reason: "unknown-policy", details: { available: ["full"] } });
    await expect(rejected({ contexts: ["nope"] })).rejects.toMatchObject({ reason: "unknown-context" });
    await expect(rejected({}, [])).rejects.toMatchObject({ reason: "prompt-empty" });
    await expect(rejected({}, [99999])).rejects.toMatchObject({ reason: "invalid-token" });
    await expect(rejected({}, ticks(0, 60))).rejects.toMatchObject({
      reason: "prompt-too-long",
      details: { promptTokens: 60, maxTokens: 6, maxModelLength: 64 },
    });
    await expect(shared.tokenize("x".repeat(1_000_000), { addSpecialTokens: false })).rejects.toMatchObject({ reason: "prompt-too-long" });
    const first = rejected({});
    await expect(rejected({})).rejects.toMatchObject({ reason: "busy", retryable: true });
    await first;
  });
});
