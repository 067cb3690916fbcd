import { createWriteStream } from "node:fs";
import { argv, exit, stderr } from "node:process";
import { pipeline } from "node:stream/promises";
import { parseArgs } from "node:util";
import { createGzip } from "node:zlib";
import { createRandom } from "@kvasir/kv-eval";
import { readBooks } from "./books.ts";
import { findFacts, mineFacts, type Fact } from "./facts.ts";
import { mineGlossary, readGlossary } from "./glossary.ts";
import { minePassage } from "./mine-passage.ts";
import { findNames } from "./names.ts";
import type { Pair } from "./pair.ts";
import { choosePassages, splitIntoPassages } from "./passages.ts";

/** A line of the output. */
interface MinedPassage {
  readonly passage: string;
  readonly questions: readonly Pair[];
}

/** Entries of a glossary for each list drawn from it. */
const entriesPerList = 25;

interface Options {
  /** Passages tried, as a share of all. */
  readonly share: number;
  /** Fewest questions with which a passage is kept. */
  readonly fewest: number;
  readonly seed: number;
}

async function* mine(input: string, { share, fewest, seed }: Options): AsyncGenerator<MinedPassage> {
  const random = createRandom(seed);
  const facts: Fact[] = [];
  let book = 0;
  for await (const paragraphs of readBooks(input)) {
    const draw = random.fork(`book ${book++}`);
    const glossary = readGlossary(paragraphs);
    if (glossary !== undefined) {
      yield* mineGlossary(glossary, Math.floor(glossary.length / entriesPerList), draw);
      continue;
    }
    facts.push(...paragraphs.flatMap(findFacts));
    const names = findNames(paragraphs);
    for (const passage of choosePassages(splitIntoPassages(paragraphs), share)) {
      const questions = minePassage(passage, names, draw);
      if (questions.length >= fewest) yield { passage, questions };
    }
  }
  yield* mineFacts(facts, facts.length, random.fork("facts"));
}

async function main(): Promise<void> {
  const { positionals, values } = parseArgs({
    args: argv.slice(2),
    allowPositionals: true,
    options: {
      share: { type: "string", default: "0.35" },
      fewest: { type: "string", default: "4" },
      seed: { type: "string", default: "1" },
    },
  });
  const [input, output] = positionals;
  if (input === undefined || output === undefined) {
    stderr.write("Usage: mine INPUT.txt|INPUT.txt.xz OUTPUT.jsonl.gz [--share 0.35] [--fewest 4] [--seed 1]\n");
    exit(2);
  }
  const counts = new Map<string, number>();
  let passages = 0;
  const lines = async function* (): AsyncGenerator<string> {
    for await (const mined of mine(input, { share: Number(values.share), fewest: Number(values.fewest), seed: Number(values.seed) })) {
      passages++;
      for (const { kind } of mined.questions) counts.set(kind, (counts.get(kind) ?? 0) + 1);
      yield `${JSON.stringify(mined)}\n`;
    }
  };
  await pipeline(lines, createGzip({ level: 9 }), createWriteStream(output));
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
  stderr.write(`${passages} passages, ${total} questions\n`);
  for (const [kind, count] of [...counts].sort((a, b) => b[1] - a[1])) stderr.write(`${String(count).padStart(8)} ${kind}\n`);
}

main().catch((error: unknown) => {
  stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  exit(1);
});
