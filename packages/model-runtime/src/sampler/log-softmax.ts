import { expNegative } from "./exp.ts";
import { largestLogit } from "./largest-logit.ts";

/**
 * Natural logarithm of the sum of `e^logit`.
 * @throws KernelFailedError where logits are not finite numbers.
 */
export function logSumExp(logits: Float32Array): number {
  const { logit: largest } = largestLogit(logits);
  let sum = 0;
  for (let index = 0; index < logits.length; index++) sum += expNegative(logits[index]! - largest);
  return largest + Math.log(sum);
}

/**
 * Natural logarithm of every token's probability under the model.
 * @throws KernelFailedError where logits are not finite numbers.
 */
export function logSoftmax(logits: Float32Array): Float32Array {
  const total = logSumExp(logits);
  return logits.map((logit) => logit - total);
}
