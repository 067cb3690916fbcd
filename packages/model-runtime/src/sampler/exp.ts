/** Steps per octave of the table; a power of two. */
const STEPS = 2048;
const STEP_BITS = 11;
const STEPS_PER_UNIT = STEPS / Math.LN2;
const UNITS_PER_STEP = Math.LN2 / STEPS;
/** Below this, e^x is 0 in f64. */
const LEAST = -745;

const FRACTIONS = Float64Array.from({ length: STEPS }, (_, step) => 2 ** (step / STEPS));
const OCTAVES = Float64Array.from({ length: 1080 }, (_, octave) => 2 ** -octave);

/**
 * e^x for x <= 0, relative error below 1e-11, several times as fast as `Math.exp`: 2^(k / 2048) from a table, the small rest by a
 * polynomial. A large vocabulary takes a quarter of a million of these per token.
 */
export function expNegative(x: number): number {
  if (x < LEAST) return 0;
  const step = Math.floor(x * STEPS_PER_UNIT) | 0;
  const rest = x - step * UNITS_PER_STEP;
  return OCTAVES[-(step >> STEP_BITS)]! * FRACTIONS[step & (STEPS - 1)]! * (1 + rest + rest * rest * 0.5);
}
