import type { SamplerState } from "./sampler-state.ts";
import type { SamplingOptions } from "./sampling-options.ts";

/**
 * Applies logit bias and penalties to `logits` in place: first the bias, then CTRL's repetition penalty over prompt and output, then
 * OpenAI's presence and frequency penalties over the output. Only the tokens concerned are touched.
 * @returns a function that puts the former values back.
 */
export function adjustLogits(logits: Float32Array, state: SamplerState, options: SamplingOptions): () => void {
  const former = new Map<number, number>();
  const change = (token: number, value: number): void => {
    if (!former.has(token)) former.set(token, logits[token]!);
    logits[token] = value;
  };
  const { repetitionPenalty = 1, presencePenalty = 0, frequencyPenalty = 0, logitBias } = options;
  if (logitBias !== undefined) {
    for (const [token, bias] of Object.entries(logitBias)) change(Number(token), logits[Number(token)]! + bias);
  }
  if (repetitionPenalty !== 1) {
    for (const token of state.seen) {
      const logit = logits[token]!;
      change(token, logit > 0 ? logit / repetitionPenalty : logit * repetitionPenalty);
    }
  }
  if (presencePenalty !== 0 || frequencyPenalty !== 0) {
    for (const [token, count] of state.outputCounts) change(token, logits[token]! - presencePenalty - frequencyPenalty * count);
  }
  return () => {
    for (const [token, logit] of former) logits[token] = logit;
  };
}

/** Whether any option changes logits before temperature. */
export function hasAdjustments({ repetitionPenalty = 1, presencePenalty = 0, frequencyPenalty = 0, logitBias }: SamplingOptions): boolean {
  return repetitionPenalty !== 1 || presencePenalty !== 0 || frequencyPenalty !== 0 || logitBias !== undefined;
}
