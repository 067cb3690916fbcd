import type { TestMatrix } from "./matrices.ts";

/** `x * weights^T` in f64, `[inputRows, matrix.rows]`. */
export function exactProduct(x: ArrayLike<number>, inputRows: number, matrix: TestMatrix): Float64Array {
  const { rows, columns } = matrix.source;
  const out = new Float64Array(inputRows * rows);
  for (let r = 0; r < inputRows; r++) {
    for (let o = 0; o < rows; o++) {
      let sum = 0;
      for (let k = 0; k < columns; k++) sum += (x[r * columns + k] ?? 0) * (matrix.weights[o * columns + k] ?? 0);
      out[r * rows + o] = sum;
    }
  }
  return out;
}

/** Activations rounded to `levels` steps either side of zero per group of columns, as the integer kernels round them. */
export function quantised(x: Float32Array, groupSize: number, levels: number): Float32Array {
  const out = new Float32Array(x.length);
  for (let first = 0; first < x.length; first += groupSize) {
    const largest = x.subarray(first, first + groupSize).reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    const scale = Math.fround(largest / levels);
    const inverse = largest === 0 ? 0 : Math.fround(levels / largest);
    for (let i = first; i < first + groupSize; i++) out[i] = roundTiesToEven((x[i] ?? 0) * inverse) * scale;
  }
  return out;
}

/** Largest difference relative to the root mean square of `expected`. */
export function relativeError(actual: ArrayLike<number>, expected: Float64Array): number {
  const size = Math.sqrt(expected.reduce((sum, value) => sum + value * value, 0) / expected.length);
  return (
    expected.reduce((worst, value, i) => {
      const difference = Math.abs((actual[i] ?? Number.NaN) - value);
      return Number.isNaN(difference) ? Number.POSITIVE_INFINITY : Math.max(worst, difference);
    }, 0) / Math.max(size, 1e-30)
  );
}

function roundTiesToEven(x: number): number {
  const rounded = Math.round(x);
  return Math.abs(x % 1) === 0.5 && rounded % 2 !== 0 ? rounded - 1 : rounded;
}
