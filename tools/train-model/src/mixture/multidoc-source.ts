import {
  generateMultidoc,
  type MultidocExercise,
  type MultidocOptions,
  type MultidocStratum,
  multidocStrata,
  type Random,
} from "@kvasir/kv-eval";
import { countTokens } from "./count-tokens.ts";
import type { Example, Part } from "./example.ts";
import { exerciseExample } from "./exercise-example.ts";

/** How often each stratum is drawn: what takes several steps, or reading in order, needs more practice, and moves the most. */
const SHARES: Readonly<Record<string, number>> = { t0: 2, t1: 3, t2: 2, t3: 3, t4: 8, t5: 2, t6: 2 };
const WEIGHTED = multidocStrata.flatMap((stratum) => Array.from({ length: SHARES[stratum] ?? 1 }, () => stratum));

/**
 * A world of documents that refer to each other. In many, references say at once what they come to, so that the model learns to resolve
 * them while it reads.
 */
export function multidocExample(random: Random, tokens: number): Example {
  const stratum = random.pick(WEIGHTED);
  const annotate = random.pick([0, 0, 0, 0.25, 0.5, 1]);
  const mix = random.chance(0.15) ? (["t0", "t1", "t3", "t4", "t5", "t6"] as const) : undefined;
  const exercise = generateWithQuestions(random, stratum, tokens, {
    annotate,
    answerable: 0.5,
    density: random.pick([1, 2, 3, 4]),
    maxDepth: random.pick([1, 2, 3, 4, 4]),
    ...(mix === undefined ? {} : { mix }),
  });
  const example = exerciseExample(random, exercise);
  // Under a name of their own in the table after training: they are easier than what the benchmark asks.
  return annotate === 0 ? example : { task: `${example.task}_annotated`, parts: example.parts.map(emphasizeResolutions) };
}

/** Of a further question with its answer; the generator leaves room for one. */
const TOKENS_PER_QUESTION = 28;
const MOST_QUESTIONS = 40;

/** Leaves room for many questions where the world allows it, else asks few: what is cut off at the end teaches nothing. */
function generateWithQuestions(random: Random, stratum: MultidocStratum, tokens: number, options: MultidocOptions): MultidocExercise {
  const request = { seed: random.integer(0, 2 ** 31 - 1), countTokens, overhead: { perDocument: 2, perQuestion: 3 } };
  const most = Math.max(1, Math.min(MOST_QUESTIONS, Math.floor(tokens / random.pick([60, 90, 150]))));
  for (let questions = most; questions > 1; questions = Math.floor(questions / 2)) {
    try {
      return generateMultidoc(stratum, { ...request, length: tokens - (questions - 1) * TOKENS_PER_QUESTION }, { ...options, questions });
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
    }
  }
  return generateMultidoc(stratum, { ...request, length: tokens }, { ...options, questions: 1 });
}

/** What an annotated reference or move comes to, in the wordings of the generator: "(Lisbon)", "that is Ada Voss,", "; now harp: attic". */
const RESOLUTION = /\((?:that is, |meaning )?([^()]+)\)|, (?:that is|namely) ([^,]+),|; now ([^.;]+)/g;

function emphasizeResolutions(part: Part): Part {
  if (part.kind === "assistant") return part;
  const emphasis = [...part.text.matchAll(RESOLUTION)].map((match) => {
    const name = match[1] ?? match[2] ?? match[3] ?? "";
    const start = match.index + match[0].lastIndexOf(name);
    return [start, start + name.length] as const;
  });
  return emphasis.length === 0 ? part : { ...part, emphasis };
}
