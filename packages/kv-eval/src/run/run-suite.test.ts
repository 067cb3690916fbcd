import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Exercise, Task } from "../exercise.ts";
import { summarize } from "../report/summarize.ts";
import type { Answer, Answerer } from "./answerer.ts";
import { chooseTasks } from "./choose-tasks.ts";
import { LookAhead } from "./look-ahead.ts";
import { runSuite, type SuiteOptions } from "./run-suite.ts";
import { planSamples, sampleSeed } from "./sample-plan.ts";

/** Asks for the exercise's seed. */
function seedTask(name: string): Task {
  return {
    name,
    generate({ seed, length }): Exercise {
      if (length < 10) throw new RangeError("10 tokens are needed");
      const references = [String(seed)];
      const question = { text: "Which seed?", answerPrefix: "", references, completion: "", evidence: [], metric: "exact" as const };
      return {
        task: name,
        seed,
        preamble: "",
        documents: [`${seed}`],
        questions: [{ ...question, maxNewTokens: 8 }],
        layout: "one-message",
      };
    },
  };
}

/** Knows the answer under `full`, and under other policies where the seed is even. */
function oracle(log: string[] = []): Answerer {
  return {
    async answer({ exercise, policy, signal }): Promise<Answer> {
      log.push(`${exercise.task} ${policy}`);
      await new Promise((resolve) => setTimeout(resolve, exercise.seed % 3));
      signal?.throwIfAborted();
      const isRight = policy === "full" || exercise.seed % 2 === 0;
      return {
        text: isRight ? String(exercise.seed) : "?",
        finishReason: "stop",
        usage: { promptTokens: 10, completionTokens: 1, ...(policy === "full" ? {} : { keptRatio: 0.5 }) },
        seconds: 1,
      };
    },
  };
}

const counter = { countTokens: (text: string): number => text.length, overhead: { perDocument: 0, perQuestion: 0 } };
const plan: SuiteOptions = {
  ...counter,
  tasks: [seedTask("a"), seedTask("b")],
  samples: 5,
  length: 100,
  seed: 7,
  policy: "half",
  baseline: "full",
  answerer: oracle(),
  concurrency: 3,
};

describe("runSuite", () => {
  it("asks every question under both policies and pairs the answers in order", async () => {
    const progress: number[] = [];
    const { samples, isComplete } = await runSuite({ ...plan, onAnswer: (done) => progress.push(done) });
    expect(isComplete).toBe(true);
    expect(samples.map(({ task, index }) => `${task}${index}`)).toEqual(["a0", "a1", "a2", "a3", "a4", "b0", "b1", "b2", "b3", "b4"]);
    expect(samples.every(({ full }) => full?.score === 1)).toBe(true);
    expect(samples.every(({ seed, policy }) => policy.score === (seed % 2 === 0 ? 1 : 0))).toBe(true);
    expect(progress).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
  });

  it("gives the same results from the same seed, however many run at a time", async () => {
    const one = await runSuite({ ...plan, concurrency: 1 });
    const many = await runSuite({ ...plan, concurrency: 7 });
    expect(many.samples).toEqual(one.samples);
    const other = await runSuite({ ...plan, seed: 8 });
    expect(other.samples.map(({ seed }) => seed)).not.toEqual(one.samples.map(({ seed }) => seed));
  });

  it("keeps what is complete when it is told to stop, and says so", async () => {
    const abort = new AbortController();
    const onAnswer = (done: number): void => {
      if (done === 6) abort.abort();
    };
    const { samples, isComplete, error } = await runSuite({ ...plan, concurrency: 2, signal: abort.signal, onAnswer });
    expect(isComplete).toBe(false);
    expect(error).toBeUndefined();
    expect(samples.length).toBeGreaterThanOrEqual(2);
    expect(samples.length).toBeLessThan(10);
  });

  it("keeps what is complete when an answer fails, and hands the error on", async () => {
    let answered = 0;
    const failing: Answerer = {
      answer: async (request) => {
        if (++answered === 8) throw new Error("out of memory");
        return oracle().answer(request);
      },
    };
    const { samples, isComplete, error } = await runSuite({ ...plan, answerer: failing });
    expect(isComplete).toBe(false);
    expect(error).toMatchObject({ message: "out of memory" });
    expect(samples.length).toBeGreaterThan(0);
  });

  it("leaves out a task that does not fit, keeps what it has of it, and is complete without the rest", async () => {
    const small = seedTask("a");
    const growing: Task = {
      name: "growing",
      generate(request) {
        if (++made > 2) throw new RangeError("200 tokens are needed");
        return { ...seedTask("growing").generate(request) };
      },
    };
    let made = 0;
    const leftOut: unknown[] = [];
    const totals: number[] = [];
    const onAnswer = (_done: number, total: number): void => void totals.push(total);
    const run = await runSuite({ ...plan, tasks: [growing, small], onLeftOut: (task) => leftOut.push(task), onAnswer });
    expect(leftOut).toEqual([{ task: "growing", samples: 2, reason: "200 tokens are needed" }]);
    expect(run).toMatchObject({ isComplete: true });
    expect(run.samples).toHaveLength(7);
    expect(totals.at(-1)).toBe(14);
  });

  it("says that a length is too short for a task", async () => {
    const { error } = await runSuite({ ...plan, length: 5 });
    expect(error).toMatchObject({ code: "KV_CONFIG", message: expect.stringContaining("too short for task a: 10 tokens are needed") });
  });
});

it("sums up per task and over tasks, with intervals that repeat", async () => {
  const { samples } = await runSuite(plan);
  const summary = summarize(samples, 7);
  expect(summarize(samples, 7)).toEqual(summary);
  const right = samples.filter(({ policy }) => policy.score === 1).length;
  expect(summary.mean.score.mean).toBeCloseTo(10 * right, 9);
  expect(summary.mean.fullScore?.mean).toBe(100);
  expect(summary.mean.difference?.mean).toBeCloseTo(10 * right - 100, 9);
  expect(summary.tasks.map(({ task, samples, keptRatio, kvBytes }) => [task, samples, keptRatio, kvBytes])).toEqual([
    ["a", 5, 0.5, undefined],
    ["b", 5, 0.5, undefined],
  ]);
  const alone = summarize(
    samples.map(({ full: _, ...sample }) => sample),
    7,
  );
  expect(alone.mean.difference).toBeUndefined();
});

describe("planSamples", () => {
  it("makes the same exercise whatever else a run has", () => {
    const seeds = (tasks: readonly Task[], samples: number): Map<string, number> =>
      new Map(
        [...planSamples({ ...counter, tasks, samples, length: 50, seed: 3 })].map(({ task, index, seed }) => [`${task}${index}`, seed]),
      );
    const few = seeds([seedTask("b")], 2);
    const many = seeds([seedTask("a"), seedTask("b")], 4);
    for (const [key, seed] of few) expect(many.get(key)).toBe(seed);
  });

  it("gives every task and index a seed of its own", () => {
    fc.assert(
      fc.property(fc.nat(2 ** 31 - 1), (seed) => {
        const seeds = ["a", "b", "c"].flatMap((task) => Array.from({ length: 50 }, (_, index) => sampleSeed(seed, index, task)));
        expect(new Set(seeds).size).toBeGreaterThan(148);
        expect(seeds.every((value) => Number.isInteger(value) && value >= 0)).toBe(true);
      }),
      { numRuns: 20 },
    );
  });
});

it("chooses tasks by name in the suite's order", () => {
  const tasks = ["a", "b", "c"].map(seedTask);
  expect(chooseTasks(tasks, ["c", "a"]).map(({ name }) => name)).toEqual(["a", "c"]);
  expect(chooseTasks(tasks, undefined)).toHaveLength(3);
  expect(() => chooseTasks(tasks, ["z"])).toThrow('has no task "z". Tasks of this suite: a, b, c.');
  expect(() => chooseTasks(tasks, [])).toThrow("names no task");
});

it("makes the next item while nobody waits, and hands errors to the taker", async () => {
  const made: number[] = [];
  function* source(): Generator<number, void, undefined> {
    for (let item = 0; item < 2; item++) {
      made.push(item);
      yield item;
    }
    throw new Error("broken");
  }
  const items = new LookAhead(source());
  expect(items.take()).toBe(0);
  expect(made).toEqual([0]);
  await new Promise((resolve) => setImmediate(resolve));
  expect(made).toEqual([0, 1]);
  expect(items.take()).toBe(1);
  await new Promise((resolve) => setImmediate(resolve));
  expect(() => items.take()).toThrow("broken");
});
