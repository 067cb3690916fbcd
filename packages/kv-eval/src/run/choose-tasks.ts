import { ConfigError } from "@kvasir/kv-core";
import type { Task } from "../exercise.ts";

/**
 * Tasks by name, in the order of `tasks`; all of them where no names are given.
 * @throws ConfigError for a name that is not there
 */
export function chooseTasks(tasks: readonly Task[], names: readonly string[] | undefined): readonly Task[] {
  if (names === undefined) return tasks;
  const known = tasks.map(({ name }) => name);
  const unknown = names.filter((name) => !known.includes(name));
  if (unknown.length > 0 || names.length === 0) {
    const what = unknown.length === 0 ? "names no task" : `has no task "${unknown.join('", "')}"`;
    throw new ConfigError({ option: "--tasks", reason: `${what}. Tasks of this suite: ${known.join(", ")}.` });
  }
  return tasks.filter(({ name }) => names.includes(name));
}
