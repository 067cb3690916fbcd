import type { MultidocArm, SuiteName } from "@kvasir/kv-eval";

/** What `kvasir eval` was asked for, besides the engine. */
export interface EvalOptions {
  readonly suite: SuiteName;
  /** Names of tasks; all of the suite where absent. */
  readonly tasks?: readonly string[];
  /** Tokens of each sequence. */
  readonly length: number;
  /** Questions per task. */
  readonly samples: number;
  readonly seed: number;
  /** File for all results. */
  readonly json?: string;
  /** File for the chart. */
  readonly plot?: string;
  /** Requests in flight. */
  readonly concurrency?: number;
  readonly documents: "inline" | "contexts";
  /** What documents see of each other, in place of a policy. */
  readonly mask?: Exclude<MultidocArm, "full">;
  readonly url?: string;
  readonly apiKey?: string;
  readonly completions: boolean;
  readonly tokenizer?: string;
}
