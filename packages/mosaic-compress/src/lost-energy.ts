import type { SegmentBasis } from "./basis/segment-basis.ts";
import type { PackedVectors } from "./format/packed-vectors.ts";

/**
 * Share of the energy (sum of squares) of dense `[tokens, headDim]` vectors that their packed form does not give back, 0 .. 1. The axes
 * are orthogonal, so along each of them a vector loses the square of what it is off by, and all of what it does not keep.
 */
export function lostEnergy(dense: Float32Array, basis: SegmentBasis, packed: PackedVectors): number {
  const { headDim } = packed.format;
  let [lost, whole] = [0, 0];
  for (let vector = 0; vector < packed.count; vector++) {
    const exact = dense.subarray(vector * headDim, (vector + 1) * headDim);
    const coefficients = basis.coefficients(exact);
    const energy = exact.reduce((sum, element) => sum + element * element, 0);
    whole += energy;
    lost += energy;
    packed.forEach(vector, (channel, coefficient) => {
      const along = coefficients[channel] as number;
      lost -= basis.unitEnergy(channel) * (along ** 2 - (along - coefficient) ** 2);
    });
  }
  return whole === 0 ? 0 : Math.max(0, lost / whole);
}
