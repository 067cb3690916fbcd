import type { Task } from "../exercise.ts";
import { createRulerTasks } from "../ruler/ruler-tasks.ts";

/** A set of tasks that are run together. */
export type SuiteName = "ruler";

const SUITES: Readonly<Record<SuiteName, () => readonly Task[]>> = {
  ruler: () => createRulerTasks(),
};

/** Makes the tasks of a suite. */
export function createSuiteTasks(suite: SuiteName): readonly Task[] {
  return SUITES[suite]();
}
