import { ConfigError } from "@kvasir/kv-core";

export interface StreamingLlmOptions {
  /**
   * First tokens of a sequence, kept for ever: softmax needs somewhere to put weight it has no use for.
   * @defaultValue 4
   */
  readonly sinkTokens?: number;
  /** Most recent tokens kept. */
  readonly recent: { readonly tokens: number };
}

/** Checks options and fills in defaults. */
export function resolveOptions(options: StreamingLlmOptions): { readonly sinkTokens: number; readonly recentTokens: number } {
  const { sinkTokens = 4, recent } = options;
  if (!Number.isInteger(sinkTokens) || sinkTokens < 0) {
    throw new ConfigError({ option: "sinkTokens", reason: `is ${sinkTokens}; give a whole number of at least 0.` });
  }
  if (!Number.isInteger(recent.tokens) || recent.tokens < 1) {
    throw new ConfigError({ option: "recent.tokens", reason: `is ${recent.tokens}; give a whole number of at least 1.` });
  }
  return { sinkTokens, recentTokens: recent.tokens };
}
