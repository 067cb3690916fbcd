import type { Engine } from "@kvasir/model-runtime";
import type { GenerationFields } from "../schemas/generation-fields.ts";
import type { ServerState } from "../server-state.ts";
import type { GenerationTarget } from "./check-target.ts";
import type { Choice } from "./choice.ts";
import { openAiSampling, samplingOf } from "./sampling.ts";

/** A prompt that fits, ready for the engine. */
export interface PlannedPrompt {
  readonly tokens: readonly number[];
  readonly maxTokens: number;
}

export interface ChoicePlan {
  readonly body: GenerationFields;
  readonly prompts: readonly PlannedPrompt[];
  readonly target: GenerationTarget;
  readonly tenant: string;
  readonly logprobs: number | undefined;
  readonly promptLogprobs?: number | undefined;
}

/** `n` choices for each prompt, in the order of their indices. */
export function planChoices(state: ServerState, engine: Engine, plan: ChoicePlan): readonly Choice[] {
  const { body, target } = plan;
  const n = body.n ?? 1;
  const samplings = Array.from({ length: n }, (_, k) =>
    samplingOf(body, k, state.options.defaultSampling ?? openAiSampling, engine.info.vocabularySize),
  );
  return plan.prompts.flatMap((prompt, promptIndex) =>
    samplings.map((sampling, k) => ({
      index: promptIndex * n + k,
      prompt: promptIndex,
      request: {
        prompt: prompt.tokens,
        contexts: target.contexts,
        ...(target.policy === undefined ? {} : { policy: target.policy }),
        tenant: plan.tenant,
        maxTokens: prompt.maxTokens,
        sampling,
        stop: body.stop ?? [],
        ignoreEos: body.ignore_eos ?? false,
        ...(plan.logprobs === undefined ? {} : { logprobs: plan.logprobs }),
        ...(plan.promptLogprobs === undefined ? {} : { promptLogprobs: plan.promptLogprobs }),
      },
    })),
  );
}
