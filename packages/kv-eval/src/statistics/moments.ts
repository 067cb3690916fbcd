/** Arithmetic mean; `NaN` of nothing. */
export function mean(values: readonly number[]): number {
  return values.length === 0 ? Number.NaN : values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Standard error of the mean, from the sample's variance (n - 1); 0 of a single value. */
export function standardError(values: readonly number[]): number {
  if (values.length < 2) return values.length === 0 ? Number.NaN : 0;
  const center = mean(values);
  const squares = values.reduce((sum, value) => sum + (value - center) ** 2, 0);
  return Math.sqrt(squares / (values.length - 1) / values.length);
}
