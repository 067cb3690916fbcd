import { ConfigError } from "@kvasir/kv-core";
import type { Exercise, ExerciseRequest, Question, Task } from "../exercise.ts";
import type { TokenCounter } from "../prompt/prompt-text.ts";
import { createRandom } from "../random.ts";

/** Which exercises a run asks about. */
export interface SamplePlan extends TokenCounter {
  readonly tasks: readonly Task[];
  /** Exercises per task. */
  readonly samples: number;
  /** Tokens of each sequence, answer included. */
  readonly length: number;
  /** Decides all exercises together with the tasks' names. */
  readonly seed: number;
  /** Told of a task that does not fit into `length`, of which no more exercises are made; where absent, that is an error. */
  readonly onLeftOut?: (task: LeftOutTask) => void;
}

/** A task that needs longer sequences than a run has. */
export interface LeftOutTask {
  readonly task: string;
  /** Exercises that were made before one did not fit. */
  readonly samples: number;
  /** What it needs. */
  readonly reason: string;
}

/** One exercise of a run, and the question asked about it: its first. */
export interface PlannedSample {
  readonly task: string;
  readonly index: number;
  /** Seed of this exercise alone. */
  readonly seed: number;
  readonly exercise: Exercise;
  readonly question: Question;
}

/** Seed of one exercise; more samples or other tasks in a run leave it as it is. */
export function sampleSeed(seed: number, index: number, task: string): number {
  return (
    createRandom((seed + index) | 0)
      // The words before the name spread seeds that differ in their last bits only.
      .fork(`sample of ${task}`)
      .integer(0, 0x7fff_ffff)
  );
}

/**
 * Makes a run's exercises one at a time, in order of tasks.
 * @throws ConfigError where a task does not fit into the length, unless `onLeftOut` takes note of it.
 */
export function* planSamples(plan: SamplePlan): Generator<PlannedSample, void, undefined> {
  const { tasks, samples, length, countTokens, overhead } = plan;
  for (const task of tasks) {
    for (let index = 0; index < samples; index++) {
      const seed = sampleSeed(plan.seed, index, task.name);
      const exercise = generate(task, { seed, length, countTokens, overhead }, plan.onLeftOut !== undefined);
      if (exercise instanceof RangeError) {
        plan.onLeftOut?.({ task: task.name, samples: index, reason: exercise.message });
        break;
      }
      const [question] = exercise.questions;
      if (question === undefined) throw new RangeError(`Task ${task.name} made an exercise without a question from seed ${seed}.`);
      yield { task: task.name, index, seed, exercise, question };
    }
  }
}

function generate(task: Task, request: ExerciseRequest, isOptional: boolean): Exercise | RangeError {
  try {
    return task.generate(request);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    if (isOptional) return error;
    throw new ConfigError({ option: "--length", reason: `is too short for task ${task.name}: ${error.message}`, cause: error });
  }
}
