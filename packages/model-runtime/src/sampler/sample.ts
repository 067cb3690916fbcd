import { Candidates } from "./candidates.ts";
import { largestLogit } from "./largest-logit.ts";
import { adjustLogits, hasAdjustments } from "./logit-adjustments.ts";
import { uniformAt } from "./philox.ts";
import type { SamplerState } from "./sampler-state.ts";
import type { SamplingOptions } from "./sampling-options.ts";
import { tokenLogprobs, type ScoredToken } from "./token-logprobs.ts";

/** A chosen token; log-probabilities only where they were asked for. */
export interface SampledToken {
  readonly token: number;
  /** Under the model: before bias, penalties and temperature. */
  readonly logprob?: number;
  readonly top?: readonly ScoredToken[];
}

/** Sampling never yields, so one set of candidates serves every request. */
const candidates = new Candidates();

/**
 * Chooses the next token from `logits` `[vocabularySize]`: bias and penalties, temperature, top-k, top-p, min-p, in this order. The
 * choice is a function of logits, options, seed and the number of tokens chosen before. `logits` is unchanged on return; `state` takes
 * note of the token only when told by `state.accept`.
 *
 * @param topLogprobs - where given, the result has log-probabilities of the token and of this many most likely ones.
 * @throws KernelFailedError where logits are not finite numbers.
 *
 * @example
 * const state = createSamplerState(options, prompt);
 * const { token } = sample(logits, state, options);
 * state.accept(token);
 */
export function sample(logits: Float32Array, state: SamplerState, options: SamplingOptions, topLogprobs?: number): SampledToken {
  const token = hasAdjustments(options) ? chooseAdjusted(logits, state, options) : choose(logits, state, options);
  return topLogprobs === undefined ? { token } : tokenLogprobs(logits, token, topLogprobs);
}

/** Whether `sample` takes the most likely token of the logits as they are, whatever they are. */
export function takesLikeliest(options: SamplingOptions): boolean {
  const { temperature = 0, topK = 0 } = options;
  return (temperature === 0 || topK === 1) && !hasAdjustments(options);
}

function chooseAdjusted(logits: Float32Array, state: SamplerState, options: SamplingOptions): number {
  const restore = adjustLogits(logits, state, options);
  try {
    return choose(logits, state, options);
  } finally {
    restore();
  }
}

function choose(logits: Float32Array, state: SamplerState, options: SamplingOptions): number {
  const { temperature = 0, topK = 0, topP = 1, minP = 0 } = options;
  const { token, logit: largest } = largestLogit(logits);
  if (temperature === 0 || topK === 1) return token;
  if (topK > 0 && topK < logits.length) candidates.fillTop(logits, largest, temperature, topK);
  else candidates.fillAll(logits, largest, temperature, topP < 1 ? 0 : minP);
  if (topP < 1) candidates.keepNucleus(topP);
  if (minP > 0) candidates.keepFrom(minP);
  return candidates.pick(uniformAt(state.seed, state.index));
}
