import type { Answerer, PromptText, TokenCounter } from "@kvasir/kv-eval";
import type { Engine } from "@kvasir/model-runtime";

/** Who is asked: an engine of this process, or a server. */
export interface EvalTarget {
  readonly answerer: Answerer;
  readonly counter: TokenCounter;
  /** Preset asked for. */
  readonly policy: string;
  /** Requests in flight unless the user says otherwise. */
  readonly concurrency: number;
  /** What answers, for people. */
  readonly description: readonly (readonly [name: string, value: string])[];
  /** What answers, as data for results. */
  readonly about: Readonly<Record<string, unknown>>;
  /** The engine itself, which the agreement suite needs; absent for a server. */
  readonly local?: { readonly engine: Engine; readonly text: PromptText };
  close(): Promise<void>;
}
