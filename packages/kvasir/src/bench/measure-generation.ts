import type { Engine } from "@kvasir/model-runtime";

/** Times of one generation. */
export interface GenerationTiming {
  /** From the request to the prompt's KV being complete. */
  readonly prefillMs: number;
  readonly timeToFirstTokenMs: number;
  /** From the first token to the last. */
  readonly decodeMs: number;
  readonly completionTokens: number;
}

/** Generates exactly `maxTokens` tokens greedily and times it. */
export async function measureGeneration(engine: Engine, prompt: readonly number[], maxTokens: number): Promise<GenerationTiming> {
  const start = performance.now();
  let prefillMs = Number.NaN;
  let firstMs = Number.NaN;
  let lastMs = Number.NaN;
  let completionTokens = 0;
  const request = { prompt, contexts: [], tenant: "bench", maxTokens, sampling: { temperature: 0 }, stop: [], ignoreEos: true };
  for await (const event of engine.generate(request)) {
    const now = performance.now() - start;
    if (event.type === "prompt-ready") prefillMs = now;
    if (event.type === "token-delta") {
      if (completionTokens === 0) firstMs = now;
      completionTokens += event.tokens.length;
      lastMs = now;
    }
  }
  return { prefillMs, timeToFirstTokenMs: firstMs, decodeMs: lastMs - firstMs, completionTokens };
}
