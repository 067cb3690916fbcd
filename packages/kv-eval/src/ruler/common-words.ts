import type { Exercise, ExerciseRequest, Question, Task } from "../exercise.ts";
import { createRandom, type Random } from "../random.ts";
import { ADJECTIVES, drawCharacters, NOUNS, VERBS } from "../words/index.ts";
import { largestThatFits } from "./largest-that-fits.ts";
import { createSizeCounter, joinParts, type MarkedText } from "./one-message.ts";

const INSTRUCTION =
  "Below is a numbered list of words. In these words, some appear more often than others. Memorize the ones that appear most often.";
const QUESTION = "Question: What are the 10 most common words in the above list?";
const ANSWER = " Answer: The top 10 words that appear most often in the list are:";
/** Source: RULER, constants.py, `tokens_to_generate`. */
const MAX_NEW_TOKENS = 120;
const COMMON_COUNT = 10;
const POOL: readonly string[] = [...new Set([...ADJECTIVES, ...NOUNS, ...VERBS])].toSorted();

/** How often words appear in a list, and how many different ones there are in the example. */
interface Frequencies {
  readonly common: number;
  readonly other: number;
}

/** Creates the task of extracting common words. Source: RULER, scripts/data/synthetic/common_words_extraction.py. */
export function createCommonWordsTask(name: string): Task {
  return {
    name,
    generate: (request) => {
      // RULER's numbers below and from 4,096 tokens.
      if (request.length < 4096) return generateCommonWords(name, request, true);
      try {
        return generateCommonWords(name, request, false);
      } catch (error) {
        // With a small vocabulary the larger numbers take more than 4,096 tokens.
        if (!(error instanceof RangeError)) throw error;
        return generateCommonWords(name, request, true);
      }
    },
  };
}

function generateCommonWords(task: string, request: ExerciseRequest, isShort: boolean): Exercise {
  const random = createRandom(request.seed).fork(task);
  const words = createWordStream(random.fork("words"));
  const exampleWords = words(0, isShort ? 20 : 40);
  const example = writeList(exampleWords, isShort ? { common: 3, other: 1 } : { common: 10, other: 3 }, random.fork("example"));
  const preamble = `${INSTRUCTION}\n${example.text}\n${QUESTION}${ANSWER}${answer(commonWords(example))}\n${INSTRUCTION}`;
  const frequencies = isShort ? { common: 6, other: 1 } : { common: 30, other: 3 };
  const write = (count: number): MarkedText => writeList(words(exampleWords.length, count), frequencies, random.fork("list"));
  const asked = { text: QUESTION, answerPrefix: ANSWER, maxNewTokens: MAX_NEW_TOKENS };
  const size = createSizeCounter(request, preamble, [asked]);
  // Fewer than 10 other words would leave hardly anything to tell apart.
  const least = 2 * COMMON_COUNT;
  const count = largestThatFits({ least, limit: request.length, sizeOf: (count) => size(write(count).text), subject: task });
  const list = write(count);
  const references = commonWords(list);
  const question: Question = {
    ...asked,
    references,
    completion: answer(references),
    evidence: [...list.spans.values()],
    metric: "match-all",
  };
  return { task, seed: request.seed, preamble, documents: [list.text], questions: [question], layout: "one-message" };
}

/** The marked words, each once, in the order in which they first appear, so that a model can learn one. */
function commonWords({ text, spans }: MarkedText): readonly string[] {
  return [...new Set([...spans.values()].map(({ start, end }) => text.slice(start, end)))];
}

/** As RULER answers its example. */
function answer(words: readonly string[]): string {
  return words.map((word, index) => ` ${index + 1}. ${word}`).join("");
}

/** The first words are the common ones; their places are marked. */
function writeList(words: readonly string[], { common, other }: Frequencies, random: Random): MarkedText {
  const places = words.flatMap((word, index) =>
    Array.from({ length: index < COMMON_COUNT ? common : other }, () => ({ word, isCommon: index < COMMON_COUNT })),
  );
  const parts = random
    .shuffle(places)
    .flatMap(({ word, isCommon }, index) => [{ text: `${index + 1}.` }, isCommon ? { text: word, mark: index } : { text: word }]);
  return joinParts(parts, " ");
}

/** Different words in random order, always the same: English ones, then invented ones (RULER has a longer list for them). */
function createWordStream(random: Random): (from: number, count: number) => readonly string[] {
  const words = random.shuffle(POOL);
  const seen = new Set(words);
  return (from, count) => {
    while (words.length < from + count) {
      const syllables = Array.from(
        { length: random.integer(2, 3) },
        () => drawCharacters(random, "bdfgklmnprstvz", 1) + drawCharacters(random, "aeiou", 1),
      );
      const word = syllables.join("");
      if (!seen.has(word)) words.push(word);
      seen.add(word);
    }
    return words.slice(from, from + count);
  };
}
