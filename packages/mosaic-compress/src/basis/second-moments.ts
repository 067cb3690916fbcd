/**
 * Uncentred second moments `X^T X` of `[tokens, headDim]` vectors, row-major `[headDim, headDim]`. A sum over tokens, so it can be kept
 * up to date token by token.
 */
export function secondMoments(vectors: Float32Array, headDim: number): Float64Array {
  const moments = new Float64Array(headDim * headDim);
  for (let start = 0; start < vectors.length; start += headDim) {
    for (let row = 0; row < headDim; row++) {
      const factor = vectors[start + row] as number;
      for (let column = row; column < headDim; column++) {
        const at = row * headDim + column;
        moments[at] = (moments[at] as number) + factor * (vectors[start + column] as number);
      }
    }
  }
  for (let row = 0; row < headDim; row++) {
    for (let column = 0; column < row; column++) moments[row * headDim + column] = moments[column * headDim + row] as number;
  }
  return moments;
}
