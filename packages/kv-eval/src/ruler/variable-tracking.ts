import type { Exercise, ExerciseRequest, Question, Task } from "../exercise.ts";
import { createRandom, type Random } from "../random.ts";
import { drawCharacters, drawNew } from "../words/index.ts";
import { createLineHaystack, hideNeedles, NOISE } from "./haystack.ts";
import { largestThatFits } from "./largest-that-fits.ts";
import { createSizeCounter, joinParts, type MarkedText, type Part } from "./one-message.ts";

/** Shape of a variable-tracking task. */
export interface VariableTrackingShape {
  /** Chains of assignments that begin with values of their own; RULER's task has 1. */
  readonly chainCount: number;
  /** Assignments of a chain after its first; RULER's task has 4. */
  readonly hopCount: number;
  /** Whether an example with its answer goes before, as in RULER. */
  readonly hasExample: boolean;
  readonly questionCount: number;
}

interface Chain {
  readonly value: string;
  readonly names: readonly string[];
}

/** Source: RULER, constants.py, `tokens_to_generate`. */
const MAX_NEW_TOKENS = 30;
const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const INSTRUCTION = "Memorize and track the chain(s) of variable assignment hidden in the following text.\n";

/** Creates a variable-tracking task. Source: RULER, scripts/data/synthetic/variable_tracking.py. */
export function createVariableTrackingTask(name: string, shape: VariableTrackingShape): Task {
  return { name, generate: (request) => generateVariableTracking(name, shape, request) };
}

function generateVariableTracking(task: string, shape: VariableTrackingShape, request: ExerciseRequest): Exercise {
  const random = createRandom(request.seed).fork(task);
  const taken = new Set<string>();
  const example = shape.hasExample ? `${writeExample(shape, taken, request, random.fork("example"))}\n\n` : "";
  const preamble = example + INSTRUCTION;
  const draw = random.fork("chains");
  const chains = Array.from({ length: shape.chainCount }, () => drawChain(shape.hopCount, 5, taken, draw));
  const questions = random.fork("questions").sample(chains, Math.min(chains.length, shape.questionCount));
  const write = createWriter(chains, random.fork("places"));
  const size = createSizeCounter(request, preamble, questions.map(questionAbout));
  const count = largestThatFits({ least: 1, limit: request.length, sizeOf: (count) => size(write(count).text), subject: task });
  const context = write(count);
  return {
    task,
    seed: request.seed,
    preamble,
    documents: [context.text],
    questions: questions.map((chain): Question => {
      const first = chains.indexOf(chain) * (shape.hopCount + 1);
      const evidence = chain.names.map((_, index) => context.spans.get(first + index)!);
      // As the example before it is answered: with spaces alone between, and one before.
      return { ...questionAbout(chain), references: chain.names, completion: ` ${chain.names.join(" ")}`, evidence, metric: "match-all" };
    }),
    layout: "one-message",
  };
}

function questionAbout({ value, names }: Chain): Pick<Question, "text" | "answerPrefix" | "maxNewTokens"> {
  return {
    text: `Question: Find all variables that are assigned the value ${value} in the text above.`,
    answerPrefix: ` Answer: According to the chain(s) of variable assignment in the text above, ${names.length} variables are assigned the value ${value}, they are: `,
    maxNewTokens: MAX_NEW_TOKENS,
  };
}

function drawChain(hopCount: number, nameLength: number, taken: Set<string>, random: Random): Chain {
  const names = Array.from({ length: hopCount + 1 }, () => drawNew(taken, () => drawCharacters(random, LETTERS, nameLength)));
  return { value: drawNew(taken, () => String(random.integer(10_000, 99_998))), names };
}

/** Hides the assignments of each chain in their order; chains may overlap. RULER leaves a space behind assignments of variables. */
function createWriter(chains: readonly Chain[], random: Random): (count: number) => MarkedText {
  const size = chains[0]?.names.length ?? 0;
  const statements = chains.map(({ value, names }, chain) =>
    names.map((name, index): Part => ({
      text: `VAR ${name} = ${index === 0 ? value : `VAR ${names[index - 1]} `}`,
      mark: chain * size + index,
    })),
  );
  const turns = random.shuffle(chains.flatMap((_, chain) => Array.from({ length: size }, () => chain)));
  const next = chains.map(() => 0);
  const ordered = turns.map((chain) => statements[chain]![next[chain]!++]!);
  const haystack = createLineHaystack(() => ({ text: NOISE }), ordered.length, random);
  return (count) => joinParts(hideNeedles(haystack, count, ordered), haystack.separator);
}

/**
 * The example that RULER puts first: a chain with names of 3 letters in 500 tokens of text, with its answer. Where the whole is shorter
 * than 2,000 tokens, the example takes a quarter of it.
 */
function writeExample({ hopCount }: VariableTrackingShape, taken: Set<string>, request: ExerciseRequest, random: Random): string {
  const chain = drawChain(hopCount, 3, taken, random);
  const write = createWriter([chain], random);
  const { text, answerPrefix } = questionAbout(chain);
  const whole = (count: number): string => `${INSTRUCTION}\n${write(count).text}\n${text}${answerPrefix}`;
  const least = 1;
  const limit = Math.max(Math.min(500, request.length >> 2), request.countTokens(whole(least)));
  const count = largestThatFits({ least, limit, sizeOf: (count) => request.countTokens(whole(count)), subject: "the example" });
  return `${whole(count)} ${chain.names.join(" ")}`;
}
