/**
 * Kullback-Leibler divergence KL(p || q) in nats, from natural logarithms of probabilities over one vocabulary. Rows that are equal give
 * exactly 0; rounding of the rows may not make it less.
 * @throws RangeError for rows of different lengths
 */
export function klDivergence(p: Float32Array, q: Float32Array): number {
  if (p.length !== q.length) throw new RangeError(`Rows of ${p.length} and ${q.length} log-probabilities cannot be compared.`);
  let sum = 0;
  for (let token = 0; token < p.length; token++) {
    const logP = p[token]!;
    // What p never takes adds nothing, whatever q thinks of it.
    if (logP !== -Infinity) sum += Math.exp(logP) * (logP - q[token]!);
  }
  return Math.max(0, sum);
}

/** The most likely token; of equal ones the lowest id, as greedy sampling takes it. */
export function mostLikely(row: Float32Array): number {
  let best = 0;
  for (let token = 1; token < row.length; token++) if (row[token]! > row[best]!) best = token;
  return best;
}
