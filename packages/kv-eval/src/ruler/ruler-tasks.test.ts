import { openText, openWeightFile } from "@kvasir/model-runtime";
import { beforeAll, describe, expect, it } from "vitest";
import type { CountTokens, Exercise, ExerciseRequest, Question, Task } from "../exercise.ts";
import { score } from "../scoring/index.ts";
import { createNiahVariants } from "./niah-variants.ts";
import { oneMessage } from "./one-message.ts";
import { createRulerTasks } from "./ruler-tasks.ts";
import { createVariableTrackingTask } from "./variable-tracking.ts";

const TINY_MODEL = new URL("../../../../models/kvasir-tiny", import.meta.url).pathname;
const SEEDS = 500;

/** Runs of letters and digits, and other signs each for itself. */
const countWords: CountTokens = (text) => {
  let count = 0;
  let isInWord = false;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at) | 0x20;
    const isWord = (code >= 0x61 && code <= 0x7a) || (code >= 0x30 && code <= 0x39);
    if (isWord ? !isInWord : code !== 0x20 && code !== 0x2a) count++;
    isInWord = isWord;
  }
  return count;
};

let countTokens: CountTokens;

beforeAll(async () => {
  const file = await openWeightFile(TINY_MODEL);
  file.close();
  const { tokenizer } = openText(TINY_MODEL, file);
  countTokens = (text) => tokenizer.encode(text, { addSpecialTokens: false }).length;
});

/** Tokens by which the smallest piece that a task adds may exceed the room that is left, in either counter. */
const INCREMENTS: Readonly<Record<string, number>> = {
  niah_single_1: 30,
  niah_single_2: 8,
  niah_single_3: 8,
  niah_multikey_1: 8,
  niah_multikey_2: 40,
  niah_multikey_3: 110,
  niah_multivalue: 8,
  niah_multiquery: 8,
  vt: 30,
  cwe: 30,
  fwe: 30,
  qa_1: 260,
  qa_2: 260,
};

const tasks = createRulerTasks();
const lists = new Set(["cwe", "fwe"]);

function prompt({ preamble, documents }: Exercise, { text }: Question): string {
  return oneMessage(preamble, documents[0] as string, text);
}

function usedTokens(exercise: Exercise, question: Question, { countTokens, overhead }: ExerciseRequest): number {
  const added = (overhead?.perDocument ?? 0) + (overhead?.perQuestion ?? 0);
  return countTokens(prompt(exercise, question)) + countTokens(question.answerPrefix) + question.maxNewTokens + added;
}

function places(text: string, part: string): number[] {
  const found: number[] = [];
  for (let at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + 1)) found.push(at);
  return found;
}

/** The gold answer is stated in the evidence and, but for lists of words, nowhere else; writing it scores full marks. */
function expectSupported(exercise: Exercise, question: Question): void {
  const document = (exercise.documents[0] as string).toLowerCase();
  const spans = question.evidence;
  const stated = spans.map(({ start, end }) => document.slice(start, end));
  const whole = prompt(exercise, question).toLowerCase();
  const before = whole.indexOf(document);
  for (const reference of question.references) {
    const answer = reference.toLowerCase();
    expect(stated.some((span) => span.includes(answer))).toBe(true);
    if (lists.has(exercise.task)) continue;
    const outside = places(whole, answer).filter(
      (at) => !spans.some(({ start, end }) => at - before >= start && at - before + answer.length <= end),
    );
    expect(outside, `${exercise.task}, seed ${exercise.seed}: "${reference}" outside its evidence`).toEqual([]);
  }
  expect(new Set(question.references).size).toBe(question.references.length);
  expect(score(question.metric, question.completion, question.references)).toBe(1);
}

/** Checks a benchmark's exercise at one length, and gives the room that is left. */
function expectFilled(exercise: Exercise, request: ExerciseRequest): void {
  expect(exercise).toMatchObject({ seed: request.seed, layout: "one-message" });
  expect(exercise.documents).toHaveLength(1);
  const used = Math.max(...exercise.questions.map((question) => usedTokens(exercise, question, request)));
  expect(used).toBeLessThanOrEqual(request.length);
  expect(request.length - used, `room left by ${exercise.task}, seed ${request.seed}`).toBeLessThan(INCREMENTS[exercise.task] ?? 0);
}

/** A length from the shortest that every task fits in, another for each seed. */
const lengthOf = (seed: number): number => 820 + ((seed * 37) % 680);

describe.each(tasks.map((task) => [task.name, task] as const))("%s", (name, task) => {
  it(`has a supported answer, once, and fills its length, for ${SEEDS} seeds`, () => {
    for (let seed = 0; seed < SEEDS; seed++) {
      const request = { seed, length: lengthOf(seed), countTokens: countWords };
      const exercise = task.generate(request);
      expect(exercise.task).toBe(name);
      expect(exercise.questions).toHaveLength(1);
      expectSupported(exercise, exercise.questions[0] as Question);
      expectFilled(exercise, request);
    }
  });

  it("fills lengths that a model's tokenizer measures, and answers within its budget", () => {
    for (let seed = 0; seed < 25; seed++) {
      const overhead = { perDocument: seed % 7, perQuestion: seed % 11 };
      const request = { seed, length: lengthOf(seed) + 300, countTokens, overhead };
      const exercise = task.generate(request);
      expectFilled(exercise, request);
      for (const { completion, maxNewTokens } of exercise.questions) expect(countTokens(completion)).toBeLessThan(maxNewTokens);
    }
  });

  it("is the same for the same request and another for another seed", () => {
    const request = { seed: 3, length: 900, countTokens: countWords };
    expect(task.generate(request)).toEqual(task.generate(request));
    expect(task.generate(request)).not.toEqual(task.generate({ ...request, seed: 4 }));
  });

  it("says how much it needs where it does not fit", () => {
    expect(() => task.generate({ seed: 1, length: 60, countTokens: countWords })).toThrow(/needs a length of at least \d+ tokens, but 60/);
  });
});

describe("many questions about one context", () => {
  const variants: readonly Task[] = [
    ...createRulerTasks({ questionCount: 6 }),
    createNiahVariants({ questionCount: 4 }),
    createVariableTrackingTask("vt_chains", { chainCount: 3, hopCount: 2, hasExample: false, questionCount: 3 }),
  ];

  it.each(variants.map((task) => [task.name, task] as const))("of %s have supported answers and fit", (_, task) => {
    let most = 0;
    for (let seed = 0; seed < 60; seed++) {
      const request = { seed, length: lengthOf(seed) + 600, countTokens: countWords };
      const exercise = task.generate(request);
      most = Math.max(most, exercise.questions.length);
      for (const question of exercise.questions) {
        expectSupported(exercise, question);
        expect(usedTokens(exercise, question, request)).toBeLessThanOrEqual(request.length);
      }
      expect(new Set(exercise.questions.map(({ text }) => text)).size).toBe(exercise.questions.length);
    }
    const isSingle = ["niah_single_1", "niah_single_2", "niah_single_3", "niah_multivalue", "vt", "cwe", "fwe"].includes(task.name);
    expect(most > 1).toBe(!isSingle);
  });

  it("are of many shapes among the variants, down to 300 tokens", () => {
    const task = createNiahVariants();
    for (let seed = 0; seed < 80; seed++) {
      const request = { seed, length: seed % 2 === 0 ? 300 : 1_600, countTokens };
      const exercise = task.generate(request);
      for (const question of exercise.questions) {
        expect(usedTokens(exercise, question, request)).toBeLessThanOrEqual(request.length);
        expect(countTokens(question.completion)).toBeLessThanOrEqual(question.maxNewTokens);
      }
    }
  });
});

describe("lists of words", () => {
  it.each(["cwe", "fwe"])("of %s have the answers most often, and clearly", (name) => {
    const task = tasks.find((task) => task.name === name) as Task;
    for (let seed = 0; seed < 100; seed++) {
      const { documents, questions } = task.generate({ seed, length: seed % 2 === 0 ? 1_000 : 4_200, countTokens: countWords });
      const counts = new Map<string, number>();
      for (const word of (documents[0] as string).split(". ").join(" ").split(" ")) {
        if (/^[a-z]+$/.test(word)) counts.set(word, (counts.get(word) ?? 0) + 1);
      }
      if (name === "fwe")
        for (const word of "the following coded text and track frequency of each word words most appeared three".split(" "))
          counts.delete(word);
      const ranked = [...counts].toSorted((a, b) => b[1] - a[1]);
      const { references } = questions[0] as Question;
      expect(new Set(ranked.slice(0, references.length).map(([word]) => word))).toEqual(new Set(references));
      expect(ranked[references.length]?.[1]).toBeLessThan(ranked[references.length - 1]?.[1] as number);
      expect(questions[0]?.evidence).toHaveLength(ranked.slice(0, references.length).reduce((sum, [, count]) => sum + count, 0));
    }
  });
});

it("repeats essays where they do not suffice, and takes anyone's", () => {
  const [, task] = createRulerTasks({ essays: ["One sentence. And another one here!  And a\nthird?"] });
  const { documents } = (task as Task).generate({ seed: 1, length: 600, countTokens: countWords });
  expect(documents[0]?.split("And a third?").length).toBeGreaterThan(20);
  expect(() => createRulerTasks({ essays: [" "] })).toThrow("at least one essay");
});
