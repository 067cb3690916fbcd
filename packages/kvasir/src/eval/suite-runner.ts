import type { Task } from "@kvasir/kv-eval";
import type { EvalOptions } from "./eval-options.ts";
import type { EvalTarget } from "./eval-target.ts";

/** A run that is about to begin. */
export interface EvalSetting {
  readonly options: EvalOptions;
  readonly tasks: readonly Task[];
  readonly target: EvalTarget;
  /** Preset to compare with; absent where the policy is the full cache itself. */
  readonly baseline?: string;
}

/** A run that has ended, complete or not. */
export interface SuiteOutcome {
  /** For people. */
  readonly table: string;
  readonly isComplete: boolean;
  /** What ended it early. */
  readonly error?: unknown;
  /** Writes the files that were asked for and returns their paths. */
  write(): Promise<readonly string[]>;
}

export type SuiteRunner = (
  setting: EvalSetting,
  signal: AbortSignal,
  onProgress: (done: number, total: number, label: string) => void,
) => Promise<SuiteOutcome>;
