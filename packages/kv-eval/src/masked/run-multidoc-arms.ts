import type { Exercise } from "../exercise.ts";
import type { Answer } from "../run/answerer.ts";
import { MULTIDOC_ARMS, type MultidocArm } from "./arm-layout.ts";
import { maskedAnswerer, type MaskedAnswererOptions } from "./masked-answerer.ts";

/**
 * Answers an exercise's first question once per arm.
 * @throws ConfigError, RangeError where the exercise has no question
 */
export async function runMultidocArms(
  exercise: Exercise,
  options: MaskedAnswererOptions & { readonly arms?: readonly MultidocArm[] },
): Promise<ReadonlyMap<MultidocArm, Answer>> {
  const [question] = exercise.questions;
  if (question === undefined) throw new RangeError(`Exercise ${exercise.task} of seed ${exercise.seed} has no question.`);
  const answerer = maskedAnswerer(options);
  const answers = new Map<MultidocArm, Answer>();
  for (const arm of options.arms ?? MULTIDOC_ARMS) answers.set(arm, await answerer.answer({ exercise, question, policy: arm }));
  return answers;
}
