export type { CountTokens, EvidenceSpan, Exercise, ExerciseRequest, Metric, Question, Task } from "./exercise.ts";
export { createRandom, type Random } from "./random.ts";
export { createNiahVariants } from "./ruler/niah-variants.ts";
export { createRulerTasks, type RulerOptions } from "./ruler/ruler-tasks.ts";
export { normalizeAnswer, score } from "./scoring/index.ts";
