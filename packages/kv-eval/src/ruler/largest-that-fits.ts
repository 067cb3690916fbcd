/** A search for how much of something fits. */
export interface FitSearch {
  /** Smallest count that makes sense. */
  readonly least: number;
  /** Largest count there is. @defaultValue no limit */
  readonly most?: number;
  /** Size that may not be exceeded. */
  readonly limit: number;
  /** Size of a count; grows about evenly with it. */
  readonly sizeOf: (count: number) => number;
  /** What does not fit, for the error. */
  readonly subject: string;
}

/**
 * Finds a count that fits while the next one does not. RULER bisects; this guesses from the slope, since every look costs a tokenization
 * of the whole prompt, and halves only where the slope misleads.
 * @throws RangeError where not even `least` fits.
 */
export function largestThatFits({ least, most = Number.MAX_SAFE_INTEGER, limit, sizeOf, subject }: FitSearch): number {
  let low = least;
  let lowSize = sizeOf(low);
  if (lowSize > limit) throw new RangeError(`${subject} needs a length of at least ${lowSize} tokens, but ${limit} were given.`);
  let high = most + 1;
  let slope = Math.max(1, lowSize) / Math.max(1, low);
  for (let look = 0; high - low > 1; look++) {
    const guess = (limit - lowSize) / slope;
    const step = look < 8 ? guess : Math.min((high - low) / 2, Math.max(guess, 2 ** (look - 8)));
    const count = Math.min(high - 1, low + Math.max(1, Math.floor(step)));
    const size = sizeOf(count);
    if (size <= limit) {
      if (size > lowSize) slope = (size - lowSize) / (count - low);
      [low, lowSize] = [count, size];
    } else {
      high = count;
      slope = (size - lowSize) / (count - low);
    }
  }
  return low;
}
