export { generateFromTemplates } from "./generate-from-templates.ts";
export { generatePlain, type PlainExercise } from "./generate-plain.ts";
export { styleQuestion } from "./question-style.ts";
