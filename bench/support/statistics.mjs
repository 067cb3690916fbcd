/** Median of some figures. */
export function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** (largest - smallest) / median: what repeats of the same measurement differ by. */
export function spread(values) {
  return (Math.max(...values) - Math.min(...values)) / median(values);
}

/** Median, spread and every figure. */
export function summarise(values) {
  return { median: median(values), spread: spread(values), runs: values };
}
