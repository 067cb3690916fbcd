import type { GenerationUsage } from "@kvasir/model-runtime";

/** `usage` of a response: the API's figures, and under `kvasir` what the policy kept and saved. */
export interface UsageBody {
  readonly prompt_tokens: number;
  readonly completion_tokens: number;
  readonly total_tokens: number;
  readonly prompt_tokens_details: { readonly cached_tokens: number };
  readonly kvasir: {
    readonly policy: string;
    readonly kv_bytes: number;
    readonly dense_kv_bytes: number;
    readonly kept_ratio: number;
    readonly recomputed_tokens: number;
    readonly context_tokens: number;
  };
}

/** What one choice used, and which prompt it completed. */
export interface ChoiceUsage {
  readonly prompt: number;
  readonly usage: GenerationUsage;
}

/**
 * Sums the choices of a request. Each prompt counts once, however many completions it has; `kept_ratio` is the mean over
 * choices, weighted by their tokens; bytes are those of each sequence, so pages that choices share count for each of them.
 */
export function usageBody(choices: readonly ChoiceUsage[]): UsageBody {
  const prompts = new Set<number>();
  const sum = { prompt: 0, completion: 0, cached: 0, context: 0, recomputed: 0, kvBytes: 0, denseKvBytes: 0, kept: 0, seen: 0 };
  for (const { prompt, usage } of choices) {
    if (!prompts.has(prompt)) {
      prompts.add(prompt);
      sum.prompt += usage.promptTokens;
      sum.cached += usage.cachedTokens;
      sum.context += usage.contextTokens;
    }
    const seen = usage.promptTokens + usage.completionTokens;
    sum.completion += usage.completionTokens;
    sum.recomputed += usage.recomputedTokens;
    sum.kvBytes += usage.kvBytes;
    sum.denseKvBytes += usage.denseKvBytes;
    sum.kept += usage.keptRatio * seen;
    sum.seen += seen;
  }
  return {
    prompt_tokens: sum.prompt,
    completion_tokens: sum.completion,
    total_tokens: sum.prompt + sum.completion,
    prompt_tokens_details: { cached_tokens: sum.cached },
    kvasir: {
      policy: choices[0]?.usage.policy ?? "",
      kv_bytes: sum.kvBytes,
      dense_kv_bytes: sum.denseKvBytes,
      kept_ratio: sum.seen === 0 ? 1 : sum.kept / sum.seen,
      recomputed_tokens: sum.recomputed,
      context_tokens: sum.context,
    },
  };
}
