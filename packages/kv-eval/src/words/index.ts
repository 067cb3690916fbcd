export { drawCharacters, drawNeedleText, drawNew, drawNumber, drawUuid, drawWordPair, type NeedleText } from "./random-text.ts";
export { ADJECTIVES, NOUNS, VERBS } from "./word-lists.ts";
