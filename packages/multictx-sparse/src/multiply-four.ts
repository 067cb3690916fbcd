/** Four vectors interleaved by channel, so that one pass over keys serves all of them. */
export function packFour(vectors: Float32Array, starts: readonly number[], headDim: number, out: Float64Array): void {
  for (let lane = 0; lane < 4; lane++) {
    const start = starts[lane];
    for (let channel = 0; channel < headDim; channel++) out[channel * 4 + lane] = start === undefined ? 0 : vectors[start + channel]!;
  }
}

/**
 * `out[run * 4 + lane] = scale * (vector of the lane) . (key of the run)`, for every run.
 * @param first element of the first run's key; keys of following runs are `stride` elements apart
 */
export function multiplyFour(
  packed: Float64Array,
  keys: Float32Array,
  { first, stride, headDim, runs, scale }: { first: number; stride: number; headDim: number; runs: number; scale: number },
  out: Float64Array,
): void {
  for (let run = 0; run < runs; run++) {
    const base = first + run * stride;
    let [a, b, c, d] = [0, 0, 0, 0];
    for (let channel = 0; channel < headDim; channel++) {
      const key = keys[base + channel]!;
      const at = channel * 4;
      a += key * packed[at]!;
      b += key * packed[at + 1]!;
      c += key * packed[at + 2]!;
      d += key * packed[at + 3]!;
    }
    const to = run * 4;
    out[to] = a * scale;
    out[to + 1] = b * scale;
    out[to + 2] = c * scale;
    out[to + 3] = d * scale;
  }
}
