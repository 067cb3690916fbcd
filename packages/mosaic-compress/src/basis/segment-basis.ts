import { decodeBf16, encodeBf16 } from "@kvasir/kv-core/reference";
import type { BasisOffsets } from "../format/packed-layout.ts";
import { topGroups } from "../format/top-groups.ts";
import type { VectorFormat } from "../format/vector-format.ts";
import { coSelectionOrder } from "./co-selection-order.ts";
import type { Axes } from "./principal-axes.ts";

/**
 * Codes are of elements divided by the square root of their channel's root mean square: halfway between one step for all channels, which
 * weak ones do not survive, and one in proportion to each, which costs strong ones, where queries look, their precision
 * (docs/decisions/0022-packing-strategy.md). Below this share of the largest, later vectors that do use a channel would blow up.
 */
const SMALLEST_SCALE = 1e-3;

/**
 * The basis of one side of a segment: a truncated, reordered rotation with rows `B_j`, a scale `s_j` per channel (1 for bf16 elements) and
 * the mean energy of the tokens it was made for along each. A vector x has coefficients `c_j = B_j.x / (|B_j|^2 s_j)` and is seen as
 * `sum of s_j c_j B_j` over those kept. Rows are rounded to bf16 once, here, and used rounded everywhere, so that encoding, attention and
 * decoding agree.
 */
export class SegmentBasis {
  readonly format: VectorFormat;
  /** `[channels, headDim]` */
  readonly rows: Float64Array;
  /** `[channels]` */
  readonly scales: Float64Array;
  /** Mean square along each row, `[channels]`. */
  readonly energies: Float64Array;
  /** `|B_j|^2` */
  readonly #norms: Float64Array;

  constructor(format: VectorFormat, rows: Float64Array, scales: Float64Array, energies: Float64Array) {
    this.format = format;
    this.rows = rows;
    this.scales = scales;
    this.energies = energies;
    this.#norms = scales.map((_, channel) => this.#along(channel, this.row(channel)));
  }

  /**
   * Truncates, orders and scales the axes of a segment for a format.
   * @param axes with the sum of energies over all tokens
   * @param tokens that sum is over
   * @param sample vectors `[headDim]` whose own choices decide the order of channels
   */
  static of(format: VectorFormat, axes: Axes, tokens: number, sample: readonly Float32Array[]): SegmentBasis {
    const { headDim, channels, groupSize, retained, elements } = format;
    const ones = new Float64Array(channels).fill(1);
    const rounded = axes.rows.slice(0, channels * headDim).map((element) => decodeBf16(encodeBf16(element)));
    const unordered = new SegmentBasis(format, rounded, ones, ones);
    const order =
      groupSize === 1
        ? Array.from(ones, (_, channel) => channel)
        : coSelectionOrder(
            sample.map((vector) => topGroups(unordered.coefficients(vector), 1, retained)),
            channels,
            groupSize,
          );
    const energyOf = (channel: number): number => Math.max(0, axes.energies[channel] as number) / tokens;
    const largest = Math.sqrt(energyOf(0));
    const scaleOf = (channel: number): number =>
      elements === "bf16" || largest === 0 ? 1 : Math.fround(Math.sqrt(Math.max(largest * SMALLEST_SCALE, Math.sqrt(energyOf(channel)))));
    const rows = Float64Array.from(
      rounded,
      (_, at) => rounded[(order[Math.floor(at / headDim)] as number) * headDim + (at % headDim)] as number,
    );
    return new SegmentBasis(format, rows, Float64Array.from(order, scaleOf), Float64Array.from(order, energyOf));
  }

  /** Coefficients `[channels]` of a vector `[headDim]`. */
  coefficients(vector: ArrayLike<number>): Float64Array {
    const exact = Float64Array.from(vector);
    return this.#norms.map((norm, channel) => (norm === 0 ? 0 : this.#along(channel, exact) / (norm * (this.scales[channel] as number))));
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

  /** Energy of a vector whose coefficient in a channel is 1. */
  unitEnergy(channel: number): number {
    return (this.#norms[channel] as number) * (this.scales[channel] as number) ** 2;
  }

  row(channel: number): Float64Array {
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
    this.scales.forEach((scale, channel) => state.setFloat32(offsets.channelScales + 4 * channel, scale, true));
    this.energies.forEach((energy, channel) => state.setFloat32(offsets.energies + 4 * channel, energy, true));
  }

  static read(format: VectorFormat, state: DataView, offsets: BasisOffsets): SegmentBasis {
    const { channels, headDim } = format;
    const floats = (at: number): Float64Array =>
      Float64Array.from({ length: channels }, (_, channel) => state.getFloat32(at + 4 * channel, true));
    return new SegmentBasis(
      format,
      Float64Array.from({ length: channels * headDim }, (_, at) => decodeBf16(state.getUint16(offsets.rows + 2 * at, true))),
      floats(offsets.channelScales),
      floats(offsets.energies),
    );
  }
}
