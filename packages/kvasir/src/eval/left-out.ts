import type { LeftOutTask } from "@kvasir/kv-eval";
import { UsageError } from "../cli/usage-error.ts";
import type { EvalOptions } from "./eval-options.ts";

/** Tasks that do not fit into the length. */
export interface LeftOut {
  readonly tasks: readonly LeftOutTask[];
  /** For the run; absent where the user named the tasks, since then one that does not fit is an error. */
  readonly listener: { readonly onLeftOut?: (task: LeftOutTask) => void };
}

/** Collects tasks that are left out. */
export function collectLeftOut(options: EvalOptions): LeftOut {
  const tasks: LeftOutTask[] = [];
  return { tasks, listener: options.tasks === undefined ? { onLeftOut: (task) => tasks.push(task) } : {} };
}

/** A line for each. @throws UsageError where nothing was left to ask */
export function renderLeftOut({ tasks }: LeftOut, options: EvalOptions, isEmpty: boolean): string {
  const lines = tasks.map(
    ({ task, samples, reason }) => `left out: ${task}${samples === 0 ? "" : ` after ${samples} samples`}, since ${reason}`,
  );
  const first = tasks[0];
  if (isEmpty && first !== undefined) {
    throw new UsageError(`No task fits into --length ${options.length}: ${first.reason} Give a greater --length.`);
  }
  return lines.length === 0 ? "" : `\n${lines.join("\n")}`;
}
