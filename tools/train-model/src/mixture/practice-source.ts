import type { Random } from "@kvasir/kv-eval";
import type { Example } from "./example.ts";
import { articlesExample, LEAST_ARTICLE_TOKENS } from "./practice-articles.ts";
import { bridgeLesson } from "./practice-bridge.ts";
import { codebookLesson } from "./practice-codebook.ts";
import { drawSize, type Lesson, lessonExample } from "./practice-lesson.ts";
import { stateLesson } from "./practice-state.ts";

/** Shortest lesson. */
export const LEAST_PRACTICE_TOKENS = 160;
export { LEAST_ARTICLE_TOKENS };

/** Share of examples of the full length, where what belongs together stands far apart. */
const FULL_LENGTH = 0.2;

/** A size; at times much smaller than asked for, since many small worlds teach more than a large one. */
const sizeOf = (random: Random, least: number, tokens: number): number =>
  random.chance(FULL_LENGTH) ? tokens : drawSize(random, least, tokens);

const lesson =
  (write: (random: Random, tokens: number) => Lesson) =>
  (random: Random, tokens: number): Example =>
    lessonExample(random, write(random, sizeOf(random, LEAST_PRACTICE_TOKENS, tokens)));

export const bridgePractice: (random: Random, tokens: number) => Example = lesson(bridgeLesson);
export const codebookPractice: (random: Random, tokens: number) => Example = lesson(codebookLesson);
export const statePractice: (random: Random, tokens: number) => Example = lesson(stateLesson);

/** @throws RangeError where `tokens` is too few for two articles. */
export function articlesPractice(random: Random, tokens: number): Example {
  return articlesExample(random, sizeOf(random, LEAST_ARTICLE_TOKENS, tokens));
}
