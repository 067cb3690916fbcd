import { rmSync } from "node:fs";
import type { KernelBackend } from "@kvasir/kv-core";
import { createReferenceBackend } from "@kvasir/kv-core/reference";
import { type Engine, type EngineOptions, type GenerationRequest, type GenerationUsage, openEngine } from "@kvasir/model-runtime";
import { mosaicCompress, type MosaicCompressOptions, mosaicPacked } from "@kvasir/mosaic-compress";
import { afterAll, afterEach, describe, expect, it } from "vitest";
import { byteModel } from "../../packages/model-runtime/src/testing/byte-model.ts";
import { CPU_BACKENDS, createBackend } from "../oracle/support/backends.ts";

const MODEL = byteModel();
const OPTIONS: MosaicCompressOptions = {
  packing: { keys: { retained: 1 / 2, channels: 1, groupSize: 2, elements: "int8" }, values: { retained: 1 / 2, channels: 1 } },
  read: { keep: { ratio: 0.5 }, leastTokens: 48, by: "max-key", blockTokens: 8 },
  sinkTokens: 16,
  recentTokens: 16,
  bufferTokens: 32,
  overSteps: 4,
  segments: { minTokens: 64 },
};
const engines: Engine[] = [];

afterAll(() => rmSync(MODEL, { recursive: true }));
afterEach(async () => {
  for (const engine of engines.splice(0)) await engine.close({ drain: false });
});

async function open(backend: KernelBackend, options: Partial<EngineOptions> = {}): Promise<Engine> {
  const presets = { packed: [mosaicCompress(OPTIONS)], full: [] };
  const engine = await openEngine({
    modelPath: MODEL,
    backend,
    presets,
    kvDtype: "f32",
    kvPoolBytes: 2 ** 23,
    maxStepTokens: 64,
    ...options,
  });
  engines.push(engine);
  return engine;
}

const ticks = (from: number, count: number): number[] =>
  Array.from({ length: count }, (_, i) => ((from + i) * 7 + ((from + i) >> 5)) % 256);

interface Answer {
  readonly tokens: readonly number[];
  readonly logprobs: readonly number[];
  readonly usage: GenerationUsage;
}

async function ask(engine: Engine, prompt: readonly number[], fields: Partial<GenerationRequest> = {}): Promise<Answer> {
  const request = {
    prompt,
    contexts: [],
    policy: "packed",
    tenant: "a",
    maxTokens: 60,
    sampling: {},
    stop: [],
    ignoreEos: true,
    logprobs: 1,
  };
  const tokens: number[] = [];
  const logprobs: number[] = [];
  for await (const event of engine.generate({ ...request, ...fields })) {
    if (event.type === "token-delta") {
      tokens.push(...event.tokens);
      logprobs.push(...(event.logprobs ?? []).map(({ logprob }) => logprob));
    }
    if (event.type === "finished") return { tokens, logprobs, usage: event.usage };
  }
  throw new Error("the generation did not finish");
}

describe.each(CPU_BACKENDS)("an engine with packed pages on $name", (factory) => {
  it("computes what it computes on the reference backend", async () => {
    const [cpu, reference] = [await open(await createBackend(factory)), await open(createReferenceBackend({ codecs: [mosaicPacked()] }))];
    const forcedTokens = ticks(900, 60);
    const [got, want, full] = [
      await ask(cpu, ticks(0, 140), { forcedTokens }),
      await ask(reference, ticks(0, 140), { forcedTokens }),
      await ask(cpu, ticks(0, 140), { forcedTokens, policy: "full" }),
    ];
    const difference = (a: readonly number[], b: readonly number[]): number =>
      Math.max(...a.map((value, index) => Math.abs(value - (b[index] as number))));
    expect(got.logprobs).toHaveLength(60);
    // Packing and reading less change the answer, by a hundred times as much as the backends differ.
    expect(difference(full.logprobs, want.logprobs)).toBeGreaterThan(0.01);
    expect(difference(got.logprobs, want.logprobs)).toBeLessThan(difference(full.logprobs, want.logprobs) / 20);
    const pages = ({ usage }: Answer, engine: Engine): number => usage.kvBytes / (engine.info.kvBytesPerToken * engine.info.pageSize);
    expect(pages(got, cpu)).toBe(pages(want, reference));
    expect(got.usage.kvBytes).toBeLessThan(0.6 * got.usage.denseKvBytes);
  });

  it("answers the same to the last bit alone, among others, and after preemption", async () => {
    // Short prompts are admitted together and outgrow the small pool, which has room for each alone while it is packed.
    const prompts = [0, 1, 2].map((i) => ticks(100 * i, 30 + 9 * i));
    const fields = { maxTokens: 110 };
    const alone: Answer[] = [];
    for (const prompt of prompts) alone.push(await ask(await open(await createBackend(factory)), prompt, fields));
    const same = ({ tokens, logprobs }: Answer): unknown => ({ tokens, logprobs });
    const together = await open(await createBackend(factory));
    expect((await Promise.all(prompts.map((prompt) => ask(together, prompt, fields)))).map(same)).toEqual(alone.map(same));
    const pageBytes = together.info.kvBytesPerToken * together.info.pageSize;
    const small = await open(await createBackend(factory), { kvPoolBytes: 13 * pageBytes, maxModelLength: 192 });
    expect((await Promise.all(prompts.map((prompt) => ask(small, prompt, fields)))).map(same)).toEqual(alone.map(same));
    expect((await small.stats()).preemptions).toBeGreaterThan(0);
    expect((await small.stats()).pages.referenced).toBe(0);
  });

  it("packs a context once for all that start with it", async () => {
    const engine = await open(await createBackend(factory));
    const content = "The ferry to the island leaves at nine, and the office opens at seven. ".repeat(4);
    const { context } = await engine.createContext({ id: "text", content, visibility: "private", tenant: "a" });
    expect(context.kvBytes).toBeLessThan(0.6 * context.denseKvBytes);
    const before = (await engine.stats()).prefillTokensComputed;
    const answers = await Promise.all([1, 1, 2].map((i) => ask(engine, ticks(200 * i, 11), { contexts: ["text"] })));
    expect((await engine.stats()).prefillTokensComputed - before).toBe(33);
    expect(answers[1]).toEqual(answers[0]);
    await engine.deleteContext("text", "a");
    expect((await engine.stats()).pages.referenced).toBe(0);
  });
});
