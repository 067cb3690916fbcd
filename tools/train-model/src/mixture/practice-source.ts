import type { Random } from "@kvasir/kv-eval";
import type { Example } from "./example.ts";
import { articlesExample, LEAST_ARTICLE_TOKENS } from "./practice-articles.ts";
import { bridgeLesson } from "./practice-bridge.ts";
import { codebookLesson } from "./practice-codebook.ts";
import { drawSize, type Lesson, lessonExample } from "./practice-lesson.ts";
import { stateLesson } from "./practice-state.ts";

/** Shortest lesson. */
export const LEAST_PRACTICE_TOKENS = 160;

/** A kind of practice; its examples are at times much shorter than asked for, since many small worlds teach more than a large one. */
const lesson =
  (write: (random: Random, tokens: number) => Lesson) =>
  (random: Random, tokens: number): Example =>
    lessonExample(random, write(random, drawSize(random, LEAST_PRACTICE_TOKENS, tokens)));

export const bridgePractice: (random: Random, tokens: number) => Example = lesson(bridgeLesson);
export const codebookPractice: (random: Random, tokens: number) => Example = lesson(codebookLesson);
export const statePractice: (random: Random, tokens: number) => Example = lesson(stateLesson);

/** @throws RangeError where `tokens` is too few for two articles. */
export function articlesPractice(random: Random, tokens: number): Example {
  return articlesExample(random, drawSize(random, LEAST_ARTICLE_TOKENS, tokens));
}
