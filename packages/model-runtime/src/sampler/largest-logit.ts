import { KernelFailedError } from "@kvasir/kv-core";

/**
 * The most likely token; of equal ones the lowest id. -Infinity marks tokens that never come.
 * @throws KernelFailedError where a logit is NaN or +Infinity, or none is finite: the model has computed nonsense.
 */
export function largestLogit(logits: Float32Array): { readonly token: number; readonly logit: number } {
  let token = -1;
  let largest = -Infinity;
  for (let index = 0; index < logits.length; index++) {
    const logit = logits[index]!;
    // False for NaN too, so that one comparison finds larger ones and broken ones.
    if (logit <= largest) continue;
    if (!Number.isFinite(logit)) throw brokenLogits(`the logit of token ${index} is ${logit}`);
    token = index;
    largest = logit;
  }
  if (token === -1) throw brokenLogits(`none of ${logits.length} logits is finite`);
  return { token, logit: largest };
}

function brokenLogits(what: string): KernelFailedError {
  return new KernelFailedError({
    kernel: "sample",
    reason: `${what}. The weights may be damaged, or values overflow in this format: check the file, or try another weight or KV type`,
  });
}
