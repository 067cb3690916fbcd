/** Natural log of the sum of exponentials; -Infinity for no scores. */
export function logSumExp(scores: ArrayLike<number>): number {
  let largest = -Infinity;
  for (let i = 0; i < scores.length; i++) largest = Math.max(largest, scores[i] as number);
  if (largest === -Infinity) return -Infinity;
  let sum = 0;
  for (let i = 0; i < scores.length; i++) sum += Math.exp((scores[i] as number) - largest);
  return largest + Math.log(sum);
}

/** Softmax of some scores; all zeros where every score is -Infinity. */
export function softmax(scores: ArrayLike<number>): Float64Array {
  const total = logSumExp(scores);
  return Float64Array.from(scores, (score) => (total === -Infinity ? 0 : Math.exp(score - total)));
}
