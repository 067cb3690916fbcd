/** JSON has no -Infinity; OpenAI writes -9999 for what is as good as impossible. */
export function jsonLogprob(logprob: number): number {
  return Math.max(logprob, -9999);
}
