import { defineKvPolicy, type KvPolicy, type PolicyFactory } from "@kvasir/kv-core";
import { pagesBetween } from "./middle-pages.ts";
import { resolveOptions, type StreamingLlmOptions } from "./streaming-llm-options.ts";

/**
 * StreamingLLM (Xiao et al., 2023): a sequence keeps its first `sinkTokens` tokens and its last `recent.tokens`; whole pages between
 * them go back to the pool, so memory stays constant however long the sequence grows. Unlike the paper, kept tokens stay at the
 * positions where they were computed.
 */
export const streamingLlm: PolicyFactory<"streaming-llm", StreamingLlmOptions> = defineKvPolicy(
  (options: StreamingLlmOptions): KvPolicy<"streaming-llm"> => {
    const { sinkTokens, recentTokens } = resolveOptions(options);
    return {
      specVersion: "v1",
      name: "streaming-llm",
      capabilities: { phases: ["prefill", "decode"], reads: [], fidelity: "approximate", reclaims: "pages" },
      bind: () => ({
        retain({ sequence }) {
          const pages = pagesBetween(sequence, sinkTokens, sequence.length - recentTokens);
          return { actions: pages.length === 0 ? [] : [{ type: "drop-pages", pages }] };
        },
        dispose() {},
      }),
    };
  },
);
