/** A prompt of random tokens: no two of them share a prefix, so that nothing is found in the cache. */
export function randomPrompt(length: number, vocabularySize: number, seed: number): number[] {
  let state = (seed * 2_654_435_761 + 1) >>> 0;
  const next = (): number => {
    // xorshift32
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state;
  };
  // The lowest ids are control tokens in most vocabularies.
  const first = Math.min(256, Math.floor(vocabularySize / 2));
  return Array.from({ length }, () => first + (next() % (vocabularySize - first)));
}
