type Numbers = ArrayLike<number>;

/** What `difference` and `bitDifference` return when there is none; readable in a failed assertion. */
export const NO_DIFFERENCE = "no difference";

/**
 * Describes the worst element where `got` is further than `tolerance * max(1, max |want|)` from `want`. Infinities and NaN must be equal.
 */
export function difference(got: Numbers, want: Numbers, tolerance: number): string {
  if (got.length !== want.length) return `${got.length} elements where ${want.length} are wanted`;
  let largest = 1;
  for (let index = 0; index < want.length; index++) {
    const magnitude = Math.abs(want[index] as number);
    if (Number.isFinite(magnitude)) largest = Math.max(largest, magnitude);
  }
  let worst = -1;
  let worstError = tolerance * largest;
  for (let index = 0; index < want.length; index++) {
    const a = got[index] as number;
    const b = want[index] as number;
    if (Object.is(a, b) || a === b) continue;
    const error = Number.isFinite(a) && Number.isFinite(b) ? Math.abs(a - b) : Infinity;
    if (!(error <= worstError)) {
      worst = index;
      worstError = error;
    }
  }
  if (worst < 0) return NO_DIFFERENCE;
  return `element ${worst} of ${want.length} is ${got[worst]} where ${want[worst]} is wanted: off by ${worstError}, allowed ${tolerance * largest}`;
}

/** Describes the first element that is not the same to the last bit (+0 and -0 count as the same). */
export function bitDifference(got: Numbers, want: Numbers): string {
  if (got.length !== want.length) return `${got.length} elements where ${want.length} are wanted`;
  for (let index = 0; index < want.length; index++) {
    const a = got[index] as number;
    const b = want[index] as number;
    if (a !== b && !(Number.isNaN(a) && Number.isNaN(b)))
      return `element ${index} of ${want.length} is ${a} where ${b} is wanted, to the bit`;
  }
  return NO_DIFFERENCE;
}
