import type { Task } from "../exercise.ts";
import { createMultidocTasks } from "../multidoc/index.ts";
import { createRulerTasks } from "../ruler/index.ts";

/** Names of suites: sets of tasks that are run together. */
export const suiteNames = ["ruler", "multidoc", "agreement"] as const;

export type SuiteName = (typeof suiteNames)[number];

const SUITES: Readonly<Record<SuiteName, () => readonly Task[]>> = {
  ruler: () => createRulerTasks(),
  multidoc: () => createMultidocTasks(),
  agreement: () => [...createRulerTasks(), ...createMultidocTasks()],
};

/** Makes the tasks of a suite. */
export function createSuiteTasks(suite: SuiteName): readonly Task[] {
  return SUITES[suite]();
}
