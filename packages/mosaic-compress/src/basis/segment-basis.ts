import { decodeBf16, encodeBf16 } from "@kvasir/kv-core/reference";
import type { BasisOffsets } from "../format/packed-layout.ts";
import { topGroups } from "../format/top-groups.ts";
import type { VectorFormat } from "../format/vector-format.ts";
import { coSelectionOrder } from "./co-selection-order.ts";
import { channelAxes, principalAxes } from "./principal-axes.ts";
import { secondMoments } from "./second-moments.ts";

/** `none` keeps the channels as they are, to measure what rotating is worth. */
export type Rotation = "second-moments" | "none";

/** Vectors whose own choices decide the order of channels. */
const ORDER_SAMPLE = 512;
/** Channel scales below this share of the largest would blow up later vectors that do use the channel. */
const SMALLEST_SCALE = 1e-3;

/**
 * The basis of one side of a segment: a truncated, reordered rotation with rows `B_j` and a scale `s_j` per channel (1 for bf16 elements).
 * A vector x has coefficients `c_j = B_j.x / (|B_j|^2 s_j)` and is seen as `sum of s_j c_j B_j` over those kept. Rows are rounded to bf16
 * once, here, and used rounded everywhere, so that encoding, attention and decoding agree.
 */
export class SegmentBasis {
  readonly format: VectorFormat;
  /** `[channels, headDim]` */
  readonly rows: Float64Array;
  /** `[channels]` */
  readonly scales: Float64Array;
  /** `|B_j|^2 s_j`, what a product with row j is divided by. */
  readonly #divisors: Float64Array;

  constructor(format: VectorFormat, rows: Float64Array, scales: Float64Array) {
    this.format = format;
    this.rows = rows;
    this.scales = scales;
    this.#divisors = scales.map((scale, channel) => scale * this.#along(channel, this.#row(channel)));
  }

  /** The basis of `[tokens, headDim]` vectors. */
  static fit(format: VectorFormat, vectors: Float32Array, rotation: Rotation): SegmentBasis {
    const { headDim, channels, groupSize, retained, elements } = format;
    const moments = secondMoments(vectors, headDim);
    const axes = rotation === "none" ? channelAxes(moments, headDim) : principalAxes(moments, headDim);
    const truncated = new SegmentBasis(format, axes.rows.subarray(0, channels * headDim), new Float64Array(channels).fill(1));
    const order =
      groupSize === 1
        ? Array.from({ length: channels }, (_, channel) => channel)
        : coSelectionOrder(
            sampleVectors(vectors, headDim).map((vector) => topGroups(truncated.coefficients(vector), 1, retained)),
            channels,
            groupSize,
          );
    const tokens = vectors.length / headDim;
    const largest = Math.sqrt((axes.energies[0] as number) / tokens);
    const scaleOf = (channel: number): number => {
      if (elements === "bf16" || largest === 0) return 1;
      return Math.fround(Math.max(largest * SMALLEST_SCALE, Math.sqrt((axes.energies[channel] as number) / tokens)));
    };
    const rows = Float64Array.from({ length: channels * headDim }, (_, at) => {
      const channel = order[Math.floor(at / headDim)] as number;
      return decodeBf16(encodeBf16(axes.rows[channel * headDim + (at % headDim)] as number));
    });
    return new SegmentBasis(format, rows, Float64Array.from(order, scaleOf));
  }

  /** Coefficients `[channels]` of a vector `[headDim]`. */
  coefficients(vector: ArrayLike<number>): Float64Array {
    const exact = Float64Array.from(vector);
    return this.#divisors.map((divisor, channel) => (divisor === 0 ? 0 : this.#along(channel, exact) / divisor));
  }

  /** A query `[headDim]` whose product with coefficients is its product with the vector they stand for. */
  rotate(query: ArrayLike<number>): Float64Array {
    const exact = Float64Array.from(query);
    return this.scales.map((scale, channel) => scale * this.#along(channel, exact));
  }

  /** The vector `[headDim]` that coefficients stand for. */
  unrotate(coefficients: Float64Array): Float64Array {
    const { headDim } = this.format;
    const vector = new Float64Array(headDim);
    coefficients.forEach((coefficient, channel) => {
      const weight = coefficient * (this.scales[channel] as number);
      if (weight === 0) return;
      for (let i = 0; i < headDim; i++) vector[i] = (vector[i] as number) + weight * (this.rows[channel * headDim + i] as number);
    });
    return vector;
  }

  #row(channel: number): Float64Array {
    const { headDim } = this.format;
    return this.rows.subarray(channel * headDim, (channel + 1) * headDim);
  }

  /** Product with `B_j`. */
  #along(channel: number, vector: Float64Array): number {
    const start = channel * this.format.headDim;
    let sum = 0;
    for (let i = 0; i < vector.length; i++) sum += (this.rows[start + i] as number) * (vector[i] as number);
    return sum;
  }

  write(state: DataView, offsets: BasisOffsets): void {
    this.rows.forEach((element, at) => state.setUint16(offsets.rows + 2 * at, encodeBf16(element), true));
    if (this.format.elements === "bf16") return;
    this.scales.forEach((scale, channel) => state.setFloat32(offsets.channelScales + 4 * channel, scale, true));
  }

  static read(format: VectorFormat, state: DataView, offsets: BasisOffsets): SegmentBasis {
    const { channels, headDim, elements } = format;
    return new SegmentBasis(
      format,
      Float64Array.from({ length: channels * headDim }, (_, at) => decodeBf16(state.getUint16(offsets.rows + 2 * at, true))),
      Float64Array.from({ length: channels }, (_, channel) =>
        elements === "bf16" ? 1 : state.getFloat32(offsets.channelScales + 4 * channel, true),
      ),
    );
  }
}

function sampleVectors(vectors: Float32Array, headDim: number): Float32Array[] {
  const tokens = vectors.length / headDim;
  const count = Math.min(tokens, ORDER_SAMPLE);
  return Array.from({ length: count }, (_, index) => {
    const token = Math.floor((index * tokens) / count);
    return vectors.subarray(token * headDim, (token + 1) * headDim);
  });
}
