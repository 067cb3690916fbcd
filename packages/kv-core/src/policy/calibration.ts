/** One attention operator: `readers` sequences with one query token each, over `tokens` cached tokens that all of them read and a few of their own. */
export interface AttentionWork {
  readonly readers: number;
  readonly tokens: number;
  /** Whether the plan gives the tokens to all readers at once, rather than to each for itself. */
  readonly isShared: boolean;
}

/** Measures the machine that a policy is to run on, with the model's own head shape and KV dtype. */
export interface CalibrationBench {
  /** Longest cache that can be measured, in tokens. */
  readonly maxTokens: number;
  /** Seconds that one layer takes, the least of several runs: what disturbs a measurement only ever adds to it. */
  measureAttention(work: AttentionWork): Promise<number>;
}
