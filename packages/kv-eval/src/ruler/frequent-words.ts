import type { Exercise, ExerciseRequest, Question, Task } from "../exercise.ts";
import { createRandom, type Random } from "../random.ts";
import { drawCharacters, drawNew } from "../words/index.ts";
import { largestThatFits } from "./largest-that-fits.ts";
import { listWords } from "./niah-wording.ts";
import { createSizeCounter, joinParts, type MarkedText } from "./one-message.ts";

const INSTRUCTION =
  "Read the following coded text and track the frequency of each coded word. Find the three most frequently appeared coded words.";
const ASKED = {
  text: "Question: Do not provide any explanation. Please ignore the dots '....'. What are the three most frequently appeared words in the above coded text?",
  answerPrefix: " Answer: According to the coded text above, the three most frequently appeared words are:",
  /** Source: RULER, constants.py, `tokens_to_generate`. */
  maxNewTokens: 50,
};
const NOISE = "...";
const LETTERS = "abcdefghijklmnopqrstuvwxyz";
/** Riemann zeta of 2: the sum over all ranks of rank ** -2. */
const ZETA_2 = Math.PI ** 2 / 6;

/** Creates the task of finding the most frequent words. Source: RULER, scripts/data/synthetic/freq_words_extraction.py, alpha 2. */
export function createFrequentWordsTask(name: string): Task {
  return { name, generate: (request) => generateFrequentWords(name, request) };
}

function generateFrequentWords(task: string, request: ExerciseRequest): Exercise {
  const random = createRandom(request.seed).fork(task);
  const vocabularySize = Math.max(5, Math.floor((request.length - ASKED.maxNewTokens) / 50));
  const draw = random.fork("words");
  const taken = new Set<string>();
  const words = Array.from({ length: vocabularySize }, (_, rank) =>
    rank === 0 ? NOISE : drawNew(taken, () => drawCharacters(draw, LETTERS, 6)),
  );
  const write = (total: number): MarkedText => writeText(words, total, random.fork("order"));
  // The instruction stands on the line of the text, so it belongs to the document.
  const size = createSizeCounter(request, "", [ASKED]);
  const total = largestThatFits({ least: leastTotal(), limit: request.length, sizeOf: (total) => size(write(total).text), subject: task });
  const { text, spans } = write(total);
  const references = words.slice(1, 4);
  const question: Question = {
    ...ASKED,
    references,
    completion: ` ${listWords(references)}.`,
    evidence: [...spans.values()],
    metric: "match-all",
  };
  return { task, seed: request.seed, preamble: "", documents: [text], questions: [question], layout: "one-message" };
}

/** Occurrences of a rank (from 1) where the zeta distribution has `total` words. */
function occurrences(rank: number, total: number): number {
  return Math.floor((total * rank ** -2) / ZETA_2);
}

/** From here on each of the three words is more frequent than the next one. Rank 1 is noise. */
function leastTotal(): number {
  let total = 1;
  while (occurrences(4, total) <= occurrences(5, total)) total++;
  return total;
}

/** The words in random order behind the instruction, the three most frequent ones marked. */
function writeText(words: readonly string[], total: number, random: Random): MarkedText {
  const all = words.flatMap((text, index) =>
    Array.from({ length: occurrences(index + 1, total) }, () => ({ text, isWanted: index >= 1 && index <= 3 })),
  );
  const parts = random.shuffle(all).map(({ text, isWanted }, index) => (isWanted ? { text, mark: index } : { text }));
  return joinParts([{ text: INSTRUCTION }, ...parts], " ");
}
