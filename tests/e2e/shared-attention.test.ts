import { cpuBackend } from "@kvasir/cpu-backend";
import { openEngine, type Engine, type EngineOptions, type GenerationRequest } from "@kvasir/model-runtime";
import { sharedAttention } from "@kvasir/shared-attention";
import fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import { needleDocument } from "./documents.ts";
import { modelPath } from "./serve-kvasir-tiny.ts";

const routed = { keep: { ratio: 0.5 }, chunkTokens: 128 } as const;

let engine: Engine | undefined;
afterEach(async () => {
  await engine?.close({ drain: false });
  engine = undefined;
});

async function open(options: Partial<EngineOptions> = {}): Promise<Engine> {
  await engine?.close({ drain: false });
  engine = await openEngine({
    modelPath,
    backend: await cpuBackend.create({ threads: 2 }),
    presets: {
      full: [],
      shared: [sharedAttention({ gate: "always" })],
      measured: [sharedAttention({})],
      routed: [sharedAttention({ gate: "always", routed })],
      "routed-alone": [sharedAttention({ gate: { readers: 1000, tokens: 1 }, routed })],
      "routed-prompt": [sharedAttention({ gate: "always", routed: { ...routed, over: "prompt", by: "chunk-feature" } })],
    },
    maxModelLength: 2048,
    ...options,
  });
  return engine;
}

/** Tokens of one request with their log-probabilities, to the last bit. */
interface Answer {
  readonly tokens: readonly number[];
  readonly logprobs: readonly number[];
}

interface Asked {
  readonly prompt: readonly number[];
  readonly contexts?: readonly string[];
  readonly maxTokens?: number;
  readonly tenant?: string;
  /** Output tokens after which the client goes away. */
  readonly cancelAfter?: number;
}

async function ask(on: Engine, policy: string, asked: Asked): Promise<Answer> {
  const { prompt, contexts = [], maxTokens = 12, tenant = "a", cancelAfter = Infinity } = asked;
  const request: GenerationRequest = {
    ...{ prompt, contexts, policy, tenant, maxTokens },
    ...{ sampling: {}, stop: [], ignoreEos: true, logprobs: 1 },
  };
  const abort = new AbortController();
  const tokens: number[] = [];
  const logprobs: number[] = [];
  for await (const event of on.generate(request, abort.signal)) {
    if (event.type !== "token-delta") continue;
    tokens.push(...event.tokens);
    logprobs.push(...(event.logprobs ?? []).map(({ logprob }) => logprob));
    if (tokens.length >= cancelAfter) abort.abort();
  }
  return { tokens, logprobs };
}

const askAll = (on: Engine, policy: string, all: readonly Asked[]): Promise<Answer[]> =>
  Promise.all(all.map((asked) => ask(on, policy, asked)));

async function askOneByOne(on: Engine, policy: string, all: readonly Asked[]): Promise<Answer[]> {
  const answers: Answer[] = [];
  for (const asked of all) answers.push(await ask(on, policy, asked));
  return answers;
}

/** What `work` returns, and the reads that sharing saved meanwhile. */
async function saving<T>(on: Engine, work: Promise<T>): Promise<{ readonly result: T; readonly saved: number }> {
  const before = (await on.stats()).savedTokenReads;
  const result = await work;
  return { result, saved: (await on.stats()).savedTokenReads - before };
}

const book = (lines: number, seed = 0): string => needleDocument(lines, 4, seed).text;
const questions = needleDocument(80, 8).questions.map(({ question }) => question);
const tokensOf = (on: Engine, text: string): Promise<number[]> => on.tokenize(text, { addSpecialTokens: false });

async function register(on: Engine, id: string, content: string, policy: string, tenant = "a"): Promise<number> {
  const { context } = await on.createContext({ id, content, policy, tenant, visibility: "private" });
  return context.tokens;
}

/** Questions after a context, or after a text in the prompt. */
async function askingAfter(on: Engine, contexts: readonly string[], text = ""): Promise<Asked[]> {
  const start = text === "" ? [] : await tokensOf(on, text);
  return Promise.all(questions.map(async (question) => ({ contexts, prompt: [...start, ...(await tokensOf(on, question))] })));
}

describe("shared attention", () => {
  it("gives what requests alone give, bit by bit, over a registered context and over a common beginning", async () => {
    const on = await open();
    for (const policy of ["full", "shared", "measured"]) await register(on, policy, book(110), policy);
    const overContext = (policy: string): Promise<Asked[]> => askingAfter(on, [policy]);
    const overPrompt = await askingAfter(on, [], book(90, 1));
    const alone = await askOneByOne(on, "full", [...(await overContext("full")), ...overPrompt]);

    const full = await saving(on, askAll(on, "full", [...(await overContext("full")), ...overPrompt]));
    expect(full).toEqual({ result: alone, saved: 0 });
    const context = await saving(on, askAll(on, "shared", await overContext("shared")));
    expect(context.result).toEqual(alone.slice(0, questions.length));
    const prompt = await saving(on, askAll(on, "shared", overPrompt));
    expect(prompt.result).toEqual(alone.slice(questions.length));
    // In every step, all but one of the readers are spared 600 tokens or so.
    for (const { saved } of [context, prompt]) expect(saved).toBeGreaterThan(10 * (questions.length - 1) * 500);
    expect(await askAll(on, "measured", [...(await overContext("measured")), ...overPrompt])).toEqual(alone);
  });

  it("shares four contexts of unequal lengths at once, and contexts inside contexts", async () => {
    const on = await open();
    const lengths = [35, 60, 90, 130];
    for (const [index, lines] of lengths.entries()) await register(on, `book-${index}`, book(lines, index), "shared");
    const four = (await Promise.all(lengths.map((_, index) => askingAfter(on, [`book-${index}`])))).flatMap((asked) => asked.slice(0, 3));
    const nested = (
      await Promise.all([["book-0"], ["book-0", "book-1"], ["book-0", "book-1", "book-2"]].map((ids) => askingAfter(on, ids)))
    ).flatMap((asked) => asked.slice(0, 3));
    for (const asked of [four, nested]) {
      const alone = await askOneByOne(on, "full", asked);
      expect(await saving(on, askAll(on, "full", asked))).toEqual({ result: alone, saved: 0 });
      const { result, saved } = await saving(on, askAll(on, "shared", asked));
      expect(result).toEqual(alone);
      expect(saved).toBeGreaterThan(0);
    }
  });

  it.each(["shared", "routed"])("%s: lets requests join, leave and be cancelled while they are grouped", async (policy) => {
    const on = await open();
    await register(on, "book", book(100), policy);
    const held = (await on.stats()).pages.referenced;
    const asked = (await askingAfter(on, ["book"])).map((each, index) => ({ ...each, maxTokens: 4 + 5 * index }));
    const alone = await askOneByOne(on, policy === "shared" ? "full" : "routed-alone", asked);
    const late: Promise<Answer>[] = [];
    const { result, saved } = await saving(
      on,
      Promise.all(
        asked.map(async (each, index) => {
          // Each joins some steps after the one before it, and every third goes away early.
          for (let turn = 0; turn < 6 * index; turn++) await new Promise((resolve) => setImmediate(resolve));
          if (index % 3 === 2) late.push(ask(on, policy, { ...each, cancelAfter: 3 }));
          return ask(on, policy, each);
        }),
      ),
    );
    expect(result).toEqual(alone);
    expect(saved).toBeGreaterThan(0);
    for (const { tokens } of await Promise.all(late)) expect(tokens.length).toBeLessThan(asked.length * 5);
    expect((await on.stats()).pages.referenced).toBe(held);
    await on.deleteContext("book", "a");
    expect((await on.stats()).pages.referenced).toBe(0);
  });

  it.each([
    ["shared", "full"],
    ["routed", "routed-alone"],
    ["routed-prompt", "routed-prompt"],
  ])("%s: gives preempted requests what they get alone", async (policy, alonePolicy) => {
    const roomy = await open();
    const text = book(40);
    const isOverPrompt = policy === "routed-prompt";
    const asking = async (on: Engine): Promise<Asked[]> => {
      const asked = isOverPrompt ? await askingAfter(on, [], text) : await askingAfter(on, ["book"]);
      return asked.slice(0, 6).map((each) => ({ ...each, maxTokens: 40 }));
    };
    if (!isOverPrompt) await register(roomy, "book", text, alonePolicy);
    const alone = await askOneByOne(roomy, alonePolicy, await asking(roomy));
    const pageBytes = roomy.info.kvBytesPerToken * roomy.info.pageSize;
    const pagesOfText = Math.ceil((await tokensOf(roomy, text)).length / roomy.info.pageSize);

    const tight = await open({ maxWaitingPoolShare: 100, kvPoolBytes: (pagesOfText + 16) * pageBytes });
    if (!isOverPrompt) await register(tight, "book", text, policy);
    const { result, saved } = await saving(tight, askAll(tight, policy, await asking(tight)));
    const { preemptions, pages } = await tight.stats();
    expect(preemptions).toBeGreaterThan(0);
    expect(saved).toBeGreaterThan(0);
    expect(result).toEqual(alone);
    if (!isOverPrompt) await tight.deleteContext("book", "a");
    expect((await tight.stats()).pages.referenced).toBe(0);
    expect(pages.free + pages.referenced + pages.cached).toBe(tight.info.totalPages);
  });

  it("never groups what belongs to different tenants", async () => {
    const on = await open();
    const tenants = ["a", "b", "c", "d"];
    for (const tenant of tenants) await register(on, "book", book(60), "shared", tenant);
    const [asked] = await askingAfter(on, ["book"]);
    const [alone] = await askOneByOne(on, "full", asked === undefined ? [] : [asked]);
    const everybody = tenants.map((tenant): Asked => ({ prompt: [], ...asked, tenant }));
    expect(await saving(on, askAll(on, "shared", everybody))).toEqual({ result: tenants.map(() => alone), saved: 0 });
    // One more request of a tenant is grouped with that tenant's own.
    const { saved } = await saving(on, askAll(on, "shared", [...everybody, { prompt: [], ...asked, tenant: "a" }]));
    expect(saved).toBeGreaterThan(0);
  });

  it("routes as a request alone is routed, and reads everything where everything is kept", async () => {
    const on = await open({
      presets: {
        full: [],
        routed: [sharedAttention({ gate: "always", routed })],
        all: [sharedAttention({ routed: { ...routed, keep: { ratio: 1 } } })],
      },
    });
    await register(on, "book", book(110), "full");
    const asked = await askingAfter(on, ["book"]);
    const exact = await askOneByOne(on, "full", asked);
    const { prefillTokensComputed } = await on.stats();
    const alone = await askOneByOne(on, "routed", asked);
    const { result, saved } = await saving(on, askAll(on, "routed", asked));
    expect(result).toEqual(alone);
    expect(saved).toBeGreaterThan(0);
    expect(result).not.toEqual(exact);
    expect(await askAll(on, "all", asked)).toEqual(exact);
    // No preset has computed the context again; what routed requests computed, others have not used.
    const { length } = asked.flatMap(({ prompt }) => prompt);
    expect((await on.stats()).prefillTokensComputed - prefillTokensComputed).toBeLessThan(5 * (length + 16 * asked.length));
    expect(await askOneByOne(on, "full", asked)).toEqual(exact);
  });

  /** Prompts of a workload: `beginnings` says after how many tokens of which text each goes its own way. */
  const workload = fc.record({
    beginnings: fc.array(fc.record({ text: fc.nat(2), tokens: fc.nat(700), delay: fc.nat(12) }), { minLength: 2, maxLength: 9 }),
    maxTokens: fc.integer({ min: 1, max: 10 }),
  });

  it.each(["f16", "bf16", "int8"] as const)("changes no bit of any workload, KV in %s", async (kvDtype) => {
    const on = await open({ kvDtype });
    const texts = await Promise.all([0, 1, 2].map((seed) => tokensOf(on, book(120, seed))));
    await fc.assert(
      fc.asyncProperty(workload, async ({ beginnings, maxTokens }) => {
        const asked = beginnings.map(({ text, tokens }, index) => ({
          prompt: [...(texts[text] ?? []).slice(0, tokens), 300 + index, 400 + index],
          maxTokens,
        }));
        const alone = await askOneByOne(on, "full", asked);
        const together = beginnings.map(async ({ delay }, index) => {
          for (let turn = 0; turn < delay; turn++) await new Promise((resolve) => setImmediate(resolve));
          return ask(on, "shared", asked[index] ?? { prompt: [] });
        });
        expect(await Promise.all(together)).toEqual(alone);
      }),
      { numRuns: 4 },
    );
    const { savedTokenReads, pages } = await on.stats();
    expect(savedTokenReads).toBeGreaterThan(0);
    expect(pages.referenced).toBe(0);
  });
});
