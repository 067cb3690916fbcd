import type { KvStore } from "@kvasir/kv-core";
import type { ActiveRequest } from "../scheduler/active-request.ts";
import type { GenerationUsage } from "./engine-api.ts";

/** What a request cost so far, from the pages it holds. */
export function generationUsage(request: ActiveRequest, store: KvStore, contextTokens: number): GenerationUsage {
  const attended = request.cache?.tokenCount ?? 0;
  const seen = request.computed;
  return {
    promptTokens: request.promptLength,
    completionTokens: request.generatedTokens,
    cachedTokens: request.cachedTokens,
    contextTokens,
    recomputedTokens: request.recomputedTokens,
    policy: request.preset.name,
    kvBytes: (request.cache?.pageCount ?? 0) * store.pageBytes,
    denseKvBytes: Math.ceil(seen / store.spec.pageSize) * store.pageBytes,
    keptRatio: seen === 0 ? 1 : attended / seen,
  };
}
