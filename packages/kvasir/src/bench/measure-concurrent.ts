import type { Engine } from "@kvasir/model-runtime";

/** What some requests that run at the same time have in common. */
export interface ConcurrentSetting {
  readonly policy: string;
  /** Tokens each request generates, greedily. */
  readonly maxTokens: number;
}

/** Speed of requests that ran at the same time, and what they generated. */
export interface ConcurrentRun {
  /** Tokens per second of all requests together, between the moments in which the last one starts and the first one stops to decode. */
  readonly decodeTokensPerSecond: number;
  /** Tokens per second of all requests together, from sending them to the last token: with the prefill of their questions. */
  readonly totalTokensPerSecond: number;
  /** Time on cores per token while all requests decode, in ms: steadier than the clock where other programs run. */
  readonly decodeCpuMsPerToken: number;
  /** Prompt tokens that were found in the cache, of all requests. */
  readonly cachedTokens: number;
  /** Most bytes of KV pages that running requests held, pages they share counted once. */
  readonly kvBytes: number;
  /** Bytes of KV if every request held all of its own. */
  readonly unsharedKvBytes: number;
  /** Tokens of each request. */
  readonly outputs: readonly (readonly number[])[];
}

/**
 * Sends all prompts at once and times their decoding while every one of them decodes: from the first token of the request that starts
 * last to the last token of the request that ends first. No request waits for another in that time, and no prefill is part of it.
 */
export async function measureConcurrent(
  engine: Engine,
  prompts: readonly (readonly number[])[],
  { policy, maxTokens }: ConcurrentSetting,
): Promise<ConcurrentRun> {
  const pageBytes = engine.info.kvBytesPerToken * engine.info.pageSize;
  const times: number[][] = prompts.map(() => []);
  const cpuTimes = new Map<number, number>();
  const outputs: number[][] = prompts.map(() => []);
  let referencedPages = 0;
  let cachedTokens = 0;
  let unsharedKvBytes = 0;
  const start = performance.now();
  await Promise.all(
    prompts.map(async (prompt, index) => {
      const request = { prompt, contexts: [], policy, tenant: "bench", maxTokens, sampling: { temperature: 0 }, stop: [], ignoreEos: true };
      for await (const event of engine.generate(request)) {
        if (event.type === "prompt-ready") cachedTokens += event.cachedTokens;
        if (event.type === "finished") unsharedKvBytes += event.usage.denseKvBytes;
        if (event.type !== "token-delta") continue;
        for (const token of event.tokens) {
          const now = performance.now();
          times[index]?.push(now);
          cpuTimes.set(now, cpuMs());
          outputs[index]?.push(token);
        }
        if (index === 0) referencedPages = Math.max(referencedPages, (await engine.stats()).pages.referenced);
      }
    }),
  );
  const from = Math.max(...times.map((own) => own[0] ?? Number.NaN));
  const to = Math.min(...times.map((own) => own.at(-1) ?? Number.NaN));
  const decoded = times.flat().filter((time) => time > from && time <= to).length;
  const end = Math.max(...times.flat());
  return {
    decodeTokensPerSecond: (1000 * decoded) / (to - from),
    decodeCpuMsPerToken: ((cpuTimes.get(to) ?? Number.NaN) - (cpuTimes.get(from) ?? Number.NaN)) / decoded,
    totalTokensPerSecond: (1000 * times.flat().length) / (end - start),
    cachedTokens,
    kvBytes: referencedPages * pageBytes,
    unsharedKvBytes,
    outputs,
  };
}

/** Time that the threads of this process have spent on cores, in ms. */
function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
