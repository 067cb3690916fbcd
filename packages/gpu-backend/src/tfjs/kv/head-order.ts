interface TokenShape {
  readonly tokens: number;
  readonly heads: number;
  readonly headDim: number;
}

/** `[tokens, heads, headDim]` to `[heads, tokens, headDim]`. */
export function headsFirst(values: Float32Array, { tokens, heads, headDim }: TokenShape): Float32Array {
  return swapped(values, tokens, heads, headDim);
}

/** `[heads, tokens, headDim]` to `[tokens, heads, headDim]`. */
export function tokensFirst(values: Float32Array, { tokens, heads, headDim }: TokenShape): Float32Array {
  return swapped(values, heads, tokens, headDim);
}

function swapped(values: Float32Array, outer: number, inner: number, length: number): Float32Array {
  const result = new Float32Array(values.length);
  for (let i = 0; i < outer; i++) {
    for (let j = 0; j < inner; j++) {
      const from = (i * inner + j) * length;
      result.set(values.subarray(from, from + length), (j * outer + i) * length);
    }
  }
  return result;
}
