export { generateFromTemplates, type TemplateExerciseRequest } from "./generate-from-templates.ts";
export { generatePlain, type PlainExercise, type PlainQuestion } from "./generate-plain.ts";
export { styleQuestion } from "./question-style.ts";
