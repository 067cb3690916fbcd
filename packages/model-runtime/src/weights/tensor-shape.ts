/** Elements of a shape, or `undefined` where they do not fit a double exactly. */
export function elementCount(shape: readonly number[]): number | undefined {
  let count = 1;
  for (const dimension of shape) {
    count *= dimension;
    if (count > Number.MAX_SAFE_INTEGER) return undefined;
  }
  return count;
}

/** A shape as a matrix: all but the last dimension are rows; a vector is one row. */
export function asMatrix(shape: readonly number[]): { readonly rows: number; readonly columns: number } {
  const columns = shape.at(-1) ?? 1;
  const rows = shape.slice(0, -1).reduce((product, dimension) => product * dimension, 1);
  return { rows, columns };
}
