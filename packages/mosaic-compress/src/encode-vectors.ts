import type { SegmentBasis } from "./basis/segment-basis.ts";
import type { PackedVectors } from "./format/packed-vectors.ts";

/** Where the mean of every `tokens` vectors goes. */
export interface BlockMeans {
  readonly vectors: PackedVectors;
  readonly tokens: number;
}

/** Packs dense `[tokens, headDim]` vectors in a basis, and the means of their blocks before anything is dropped. */
export function encodeVectors(dense: Float32Array, basis: SegmentBasis, packed: PackedVectors, blocks?: BlockMeans): void {
  const { headDim, channels } = packed.format;
  const sum = new Float64Array(channels);
  for (let vector = 0; vector < packed.count; vector++) {
    const coefficients = basis.coefficients(dense.subarray(vector * headDim, (vector + 1) * headDim));
    packed.write(vector, coefficients, basis.scales);
    if (blocks === undefined) continue;
    coefficients.forEach((coefficient, channel) => (sum[channel] = (sum[channel] as number) + coefficient));
    const inBlock = (vector % blocks.tokens) + 1;
    if (inBlock < blocks.tokens && vector + 1 < packed.count) continue;
    blocks.vectors.write(
      Math.floor(vector / blocks.tokens),
      sum.map((total) => total / inBlock),
      basis.scales,
    );
    sum.fill(0);
  }
}
