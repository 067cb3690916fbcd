export { drawCharacters, drawNeedleText, drawNew, type NeedleText } from "./random-text.ts";
export { ADJECTIVES, NOUNS, VERBS } from "./word-lists.ts";
