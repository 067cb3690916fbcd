import { createNiahVariants, createRulerTasks, createVariableTrackingTask, type Random } from "@kvasir/kv-eval";
import { countTokens } from "./count-tokens.ts";
import type { Example } from "./example.ts";
import { exerciseExample } from "./exercise-example.ts";
import type { Surroundings } from "./surroundings.ts";

/** Least length at which every task of RULER has room for its answer and a haystack. */
const LEAST_TOKENS = 420;
/** Least length at which two-hop questions have decoys: below, the kind of what is asked for tells the article. */
const LEAST_TWO_HOP_TOKENS = 1500;

/** A task of RULER, or one of its kin, over other prose than the benchmark's. */
export function rulerExample(random: Random, tokens: number, surroundings: Surroundings): Example {
  const essays = [surroundings.paragraphs(random, Math.max(2500, tokens * 4.5)).join("\n")];
  const questionCount = Math.max(1, Math.min(16, Math.floor(tokens / 150)));
  const request = { seed: random.integer(0, 2 ** 31 - 1), length: tokens, countTokens };
  const options = { essays, questionCount };
  const draw = random.fraction();
  if (tokens < LEAST_TOKENS || draw < 0.3) return exerciseExample(random, createNiahVariants(options).generate(request));
  if (draw < 0.42) {
    const shape = {
      chainCount: random.integer(1, tokens > 1500 ? 4 : 2),
      hopCount: random.integer(1, 5),
      hasExample: random.chance(0.4),
      questionCount,
    };
    return exerciseExample(random, createVariableTrackingTask("vt_variant", shape).generate(request));
  }
  const tasks = createRulerTasks(options).filter(({ name }) => name !== "qa_2" || tokens >= LEAST_TWO_HOP_TOKENS);
  // Answering questions takes more practice than finding needles.
  const chosen = draw < 0.65 ? tasks.filter(({ name }) => name.startsWith("qa_")) : tasks;
  return exerciseExample(random, random.pick(chosen).generate(request));
}
