export { createWorld, type Article, type World } from "./world.ts";
export { askFact, askLinkedFact, type WorldQuestion } from "./world-questions.ts";
