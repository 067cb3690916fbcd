export type { CountTokens, EvidenceSpan, Exercise, ExerciseRequest, Metric, Question, Task } from "./exercise.ts";
export { createRandom, type Random } from "./random.ts";
