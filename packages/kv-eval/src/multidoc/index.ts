export type { Fact, FactPlace, Query, Term, World } from "./facts.ts";
export { generateMultidoc, type MultidocExercise } from "./generate.ts";
export type { MultidocOptions } from "./options.ts";
export * as multidocParts from "./parts.ts";
export { solve, type Solution } from "./solve.ts";
export { type Stratum, stratumNames } from "./strata/index.ts";
export { createMultidocTasks } from "./tasks.ts";
