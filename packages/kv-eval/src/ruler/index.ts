export { createNiahVariants } from "./niah-variants.ts";
export { createRulerTasks, type RulerOptions } from "./ruler-tasks.ts";
export { createVariableTrackingTask, type VariableTrackingShape } from "./variable-tracking.ts";
