export { normalizeAnswer } from "./normalize.ts";
export { score } from "./score.ts";
