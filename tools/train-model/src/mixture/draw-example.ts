import { existsSync } from "node:fs";
import { join } from "node:path";
import { createRandom, type Random } from "@kvasir/kv-eval";
import { readTemplates } from "../templates/index.ts";
import { chatExample } from "./chat-source.ts";
import type { Example } from "./example.ts";
import { minedExample } from "./mined-source.ts";
import { multidocExample } from "./multidoc-source.ts";
import {
  articlesPractice,
  bridgePractice,
  codebookPractice,
  LEAST_ARTICLE_TOKENS,
  LEAST_PRACTICE_TOKENS,
  statePractice,
} from "./practice-source.ts";
import { RandomAccessFile } from "./random-access-file.ts";
import { recordsExample } from "./records-source.ts";
import { rulerExample } from "./ruler-source.ts";
import { Surroundings } from "./surroundings.ts";
import { plainExample, templateExample } from "./text-source.ts";

/** One kind of training example, with how often it is drawn. */
interface Source {
  readonly weight: number;
  /** Examples shorter than this make no sense. */
  readonly leastTokens: number;
  draw(random: Random, tokens: number): Example;
}

export interface MixtureOptions {
  /** Folder of `books.txt`, `open-text.txt`, `mined.jsonl`. */
  readonly data: string;
  /** Folder of document templates. */
  readonly texts: string;
  /** Factor of the weights of practice: much of it at first, little at the end. Default 1. */
  readonly practice?: number;
}

/**
 * Creates the mixture that the model learns from.
 * @returns Draws an example of about `tokens` tokens; the same seed gives the same sequence of examples.
 */
export function createMixture({ data, texts, practice = 1 }: MixtureOptions, seed: number): (tokens: number) => Example {
  const surroundings = new Surroundings(data);
  const templates = readTemplates(texts);
  const minedPath = join(data, "mined.jsonl");
  const sources: Source[] = [
    { weight: 24, leastTokens: 200, draw: (random, tokens) => rulerExample(random, tokens, surroundings) },
    { weight: 52, leastTokens: 200, draw: multidocExample },
    { weight: 4, leastTokens: 60, draw: (random, tokens) => recordsExample(random, tokens, surroundings) },
    { weight: 50, leastTokens: 0, draw: (random, tokens) => templateExample(random, tokens, templates, surroundings) },
    { weight: 18, leastTokens: 0, draw: (random, tokens) => plainExample(random, tokens, surroundings) },
  ];
  sources.push({ weight: 2, leastTokens: 0, draw: chatExample });
  // Practice comes in short examples: many draws, fewer tokens. What is learnt is kept alive.
  sources.push(
    { weight: 10 * practice, leastTokens: LEAST_PRACTICE_TOKENS, draw: bridgePractice },
    { weight: 8 * practice, leastTokens: LEAST_PRACTICE_TOKENS, draw: codebookPractice },
    { weight: 50 * practice, leastTokens: LEAST_PRACTICE_TOKENS, draw: statePractice },
    { weight: 36 * practice, leastTokens: LEAST_ARTICLE_TOKENS, draw: articlesPractice },
  );
  if (existsSync(minedPath)) {
    const mined = new RandomAccessFile(minedPath);
    sources.push({ weight: 10, leastTokens: 250, draw: (random, tokens) => minedExample(random, tokens, mined) });
  }
  const random = createRandom(seed);
  return (tokens) => {
    for (;;) {
      const source = choose(
        random,
        sources.filter(({ leastTokens }) => tokens >= leastTokens),
      );
      try {
        return source.draw(createRandom(random.integer(-(2 ** 31), 2 ** 31 - 1)), tokens);
      } catch (error) {
        // Some kinds of exercises need more room than others of their source; the texts alone fit any.
        if (!(error instanceof RangeError)) throw error;
      }
    }
  };
}

function choose(random: Random, sources: readonly Source[]): Source {
  let draw = random.fraction() * sources.reduce((sum, { weight }) => sum + weight, 0);
  return sources.find(({ weight }) => (draw -= weight) < 0) ?? (sources.at(-1) as Source);
}
