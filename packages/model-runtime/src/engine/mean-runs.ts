/** Means of `[tokens, width]` over runs of `runTokens` tokens; the last run may be shorter. */
export function meanRuns(values: Float32Array, width: number, runTokens: number): Float32Array {
  const tokens = values.length / width;
  const runs = Math.ceil(tokens / runTokens);
  const means = new Float32Array(runs * width);
  for (let token = 0; token < tokens; token++) {
    const run = Math.floor(token / runTokens);
    const share = 1 / Math.min(runTokens, tokens - run * runTokens);
    for (let column = 0; column < width; column++) means[run * width + column]! += values[token * width + column]! * share;
  }
  return means;
}

/**
 * Turns vectors after RoPE, `[count, headDim]`, by `shift` positions into a new array. In f32, from f64 angles: always turn what was stored,
 * never what was turned before.
 */
export function shiftVectors(vectors: Float32Array, headDim: number, frequencies: Float32Array, shift: number): Float32Array {
  const half = headDim / 2;
  const cosines = Float32Array.from(frequencies, (frequency) => Math.cos(frequency * shift));
  const sines = Float32Array.from(frequencies, (frequency) => Math.sin(frequency * shift));
  const turned = new Float32Array(vectors.length);
  for (let base = 0; base < vectors.length; base += headDim) {
    for (let channel = 0; channel < half; channel++) {
      const [a, b] = [vectors[base + channel]!, vectors[base + half + channel]!];
      turned[base + channel] = a * cosines[channel]! - b * sines[channel]!;
      turned[base + half + channel] = b * cosines[channel]! + a * sines[channel]!;
    }
  }
  return turned;
}
