import { KernelFailedError } from "@kvasir/kv-core";
import { EigenvalueDecomposition, Matrix } from "ml-matrix";

/** A rotation of the channels. */
export interface Axes {
  /** Orthonormal `[headDim, headDim]`, one axis a row, most energy first; the largest element of each (the first of several) is positive. */
  readonly rows: Float64Array;
  /** Sum of squares of the vectors along each axis, `[headDim]`. */
  readonly energies: Float64Array;
}

/**
 * Eigenvectors of symmetric `[headDim, headDim]` second moments as rows, most energy first: the rotation R of a segment.
 * @throws KernelFailedError where a moment is not a finite number.
 */
export function principalAxes(moments: Float64Array, headDim: number): Axes {
  const largest = largestEnergy(moments, headDim);
  if (largest === 0) return channelAxes(moments, headDim);
  // Scaled, so that moments of tiny or huge vectors decompose as accurately as others.
  const matrix = new Matrix(headDim, headDim);
  moments.forEach((moment, at) => matrix.set(Math.floor(at / headDim), at % headDim, moment / largest));
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(matrix, { assumeSymmetric: true });
  return byEnergy(
    realEigenvalues.map((value) => Math.max(0, value) * largest),
    (axis, channel) => eigenvectorMatrix.get(channel, axis),
  );
}

/** The channels themselves, most energy first: what truncation and top-r are without a rotation. */
export function channelAxes(moments: Float64Array, headDim: number): Axes {
  largestEnergy(moments, headDim);
  return byEnergy(
    Array.from({ length: headDim }, (_, channel) => moments[channel * headDim + channel] as number),
    (axis, channel) => (axis === channel ? 1 : 0),
  );
}

function byEnergy(energies: readonly number[], element: (axis: number, channel: number) => number): Axes {
  const headDim = energies.length;
  const order = energies.map((_, axis) => axis).sort((a, b) => (energies[b] as number) - (energies[a] as number) || a - b);
  const rows = new Float64Array(headDim * headDim);
  order.forEach((axis, row) => {
    const elements = order.map((_, channel) => element(axis, channel));
    const largest = elements.reduce((most, value) => (Math.abs(value) > Math.abs(most) ? value : most), 0);
    rows.set(largest < 0 ? elements.map((value) => -value) : elements, row * headDim);
  });
  return { rows, energies: Float64Array.from(order, (axis) => energies[axis] as number) };
}

function largestEnergy(moments: Float64Array, headDim: number): number {
  let largest = 0;
  for (let i = 0; i < headDim; i++) {
    const energy = moments[i * headDim + i] as number;
    if (!Number.isFinite(energy)) {
      throw new KernelFailedError({ kernel: "mosaic-packed encode", reason: `channel ${i} holds elements that are not finite numbers.` });
    }
    largest = Math.max(largest, energy);
  }
  return largest;
}
