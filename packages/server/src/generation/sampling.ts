import type { SamplingOptions } from "@kvasir/model-runtime";
import { ApiError } from "../errors/api-error.ts";
import type { GenerationFields } from "../schemas/generation-fields.ts";

/** What the OpenAI API chooses where a request does not say. */
export const openAiSampling: SamplingOptions = { temperature: 1 };

/**
 * Sampling of a request's k-th completion of one prompt: a seed gives each completion its own, else all would be the same.
 * @throws ApiError 400 for a biased token outside the vocabulary.
 */
export function samplingOf(body: GenerationFields, k: number, defaults: SamplingOptions, vocabularySize: number): SamplingOptions {
  const asked = {
    temperature: body.temperature,
    topP: body.top_p,
    // vLLM's -1 means the same as 0: keep all.
    topK: body.top_k === undefined ? undefined : Math.max(body.top_k, 0),
    minP: body.min_p,
    seed: body.seed === undefined ? undefined : body.seed + k,
    repetitionPenalty: body.repetition_penalty,
    presencePenalty: body.presence_penalty,
    frequencyPenalty: body.frequency_penalty,
    logitBias: logitBiasOf(body, vocabularySize),
  };
  const given = Object.entries(asked).filter(([, value]) => value !== undefined);
  return { ...defaults, ...(Object.fromEntries(given) as SamplingOptions) };
}

function logitBiasOf(body: GenerationFields, vocabularySize: number): Readonly<Record<number, number>> | undefined {
  if (body.logit_bias === undefined) return undefined;
  for (const token of Object.keys(body.logit_bias)) {
    if (Number(token) < vocabularySize) continue;
    throw new ApiError(400, `logit_bias.${token}: the vocabulary has ${vocabularySize} tokens.`, {
      param: `logit_bias.${token}`,
      openaiCode: "invalid_token",
    });
  }
  return body.logit_bias;
}
