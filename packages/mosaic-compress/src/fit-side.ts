import { addPriorMoments, priorWeight } from "./basis/prior-moments.ts";
import { channelAxes, principalAxes } from "./basis/principal-axes.ts";
import { secondMoments } from "./basis/second-moments.ts";
import { SegmentBasis } from "./basis/segment-basis.ts";
import { encodeVectors } from "./encode-vectors.ts";
import { vectorPlanes } from "./format/packed-layout.ts";
import { PackedVectors } from "./format/packed-vectors.ts";
import type { VectorFormat } from "./format/vector-format.ts";
import { lostEnergy } from "./lost-energy.ts";
import type { CheckedSettings } from "./settings/packed-settings.ts";

/** Vectors that candidates are measured on, and whose own choices decide the order of channels. */
const SAMPLE = 256;

/** An earlier segment's basis whose measurements carry on. */
export interface Prior {
  readonly basis: SegmentBasis;
  readonly tokens: number;
}

/** The basis of one side of a segment of dense `[tokens, headDim]` vectors: their axes, in the cheapest of the formats that loses little enough. */
export function fitSide(
  vectors: Float32Array,
  formats: readonly VectorFormat[],
  { rotation, maxLoss }: Pick<CheckedSettings, "rotation" | "maxLoss">,
  prior: Prior | undefined,
): SegmentBasis {
  const { headDim } = formats[0] as VectorFormat;
  const moments = secondMoments(vectors, headDim);
  const weight = prior === undefined ? 0 : priorWeight(prior.tokens);
  if (prior !== undefined) addPriorMoments(moments, prior.basis, weight);
  const axes = rotation === "none" ? channelAxes(moments, headDim) : principalAxes(moments, headDim);
  const sample = sampleVectors(vectors, headDim);
  for (const format of formats) {
    const basis = SegmentBasis.of(format, axes, vectors.length / headDim + weight, sample);
    if (format === formats.at(-1) || lossOf(sample, basis) <= maxLoss) return basis;
  }
  throw new RangeError("There are no formats to choose from.");
}

function lossOf(sample: readonly Float32Array[], basis: SegmentBasis): number {
  const { format } = basis;
  const dense = Float32Array.from(sample.flatMap((vector) => [...vector]));
  const { offsets, end } = vectorPlanes(format, sample.length, 0);
  const packed = new PackedVectors(format, sample.length, new Uint8Array(end), offsets);
  encodeVectors(dense, basis, packed);
  return lostEnergy(dense, basis, packed);
}

function sampleVectors(vectors: Float32Array, headDim: number): Float32Array[] {
  const tokens = vectors.length / headDim;
  const count = Math.min(tokens, SAMPLE);
  return Array.from({ length: count }, (_, index) => {
    const token = Math.floor((index * tokens) / count);
    return vectors.subarray(token * headDim, (token + 1) * headDim);
  });
}
