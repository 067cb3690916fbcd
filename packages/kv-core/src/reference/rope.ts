/** Any array of numbers the reference computes on. */
export type Vector = Float32Array | Float64Array;

/** Angular frequencies `theta^(-2i / headDim)` of half-split RoPE, `[headDim / 2]`, rounded to f32. */
export function ropeFrequencies(headDim: number, theta: number): Float32Array {
  return Float32Array.from({ length: headDim / 2 }, (_, i) => theta ** ((-2 * i) / headDim));
}

/**
 * Rotates one head in place by `position`: channels `i` and `i + headDim / 2` turn by the angle `position * frequencies[i]`, which is
 * rounded to f32 as every backend computes it. A negative position rotates back.
 *
 * Source: RoFormer (arXiv 2104.09864), in the half-split arrangement of GPT-NeoX and Llama checkpoints.
 */
export function rotate(head: Vector, position: number, frequencies: ArrayLike<number>): void {
  const half = head.length / 2;
  for (let i = 0; i < half; i++) {
    const angle = Math.fround(position * (frequencies[i] as number));
    const cosine = Math.cos(angle);
    const sine = Math.sin(angle);
    const a = head[i] as number;
    const b = head[i + half] as number;
    head[i] = a * cosine - b * sine;
    head[i + half] = b * cosine + a * sine;
  }
}
