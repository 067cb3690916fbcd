import { logSumExp } from "./log-softmax.ts";
import { topTokens } from "./top-tokens.ts";

/** Natural logarithm of a token's probability under the model. */
export interface ScoredToken {
  readonly token: number;
  readonly logprob: number;
}

export interface ScoredChoice extends ScoredToken {
  /** The most likely tokens, most likely first. */
  readonly top: readonly ScoredToken[];
}

/**
 * Log-probability of `token` and of the `topCount` most likely tokens.
 * @throws KernelFailedError where logits are not finite numbers.
 */
export function tokenLogprobs(logits: Float32Array, token: number, topCount: number): ScoredChoice {
  const total = logSumExp(logits);
  const score = (token: number): ScoredToken => ({ token, logprob: logits[token]! - total });
  return { ...score(token), top: [...topTokens(logits, topCount)].map(score) };
}
