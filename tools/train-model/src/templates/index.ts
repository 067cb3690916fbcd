export { checkTemplates } from "./check.ts";
export { findWords } from "./find-words.ts";
export { parseTemplates } from "./parse-templates.ts";
export { readTemplates } from "./read-templates.ts";
export { renderTemplate, type RenderedQuestion, type UsedValues } from "./render.ts";
export type { Template } from "./template.ts";
