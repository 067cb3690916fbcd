import { readElement, writeElements } from "./element-codec.ts";
import type { PlaneOffsets } from "./packed-layout.ts";
import { topGroups } from "./top-groups.ts";
import { keepsAll, scaleCount, vectorBytes, type VectorBytes, type VectorFormat } from "./vector-format.ts";

/** Vectors in the packed form: planes of elements, bitmaps and scales. Never unpacked to read from. */
export class PackedVectors {
  readonly format: VectorFormat;
  readonly count: number;
  readonly #bytes: Uint8Array;
  readonly #planes: PlaneOffsets;
  readonly #strides: VectorBytes;

  constructor(format: VectorFormat, count: number, bytes: Uint8Array, planes: PlaneOffsets) {
    this.format = format;
    this.count = count;
    this.#bytes = bytes;
    this.#planes = planes;
    this.#strides = vectorBytes(format);
  }

  /** Packs `[channels]` coefficients; which are kept is decided by `weights * coefficients`, so that scaled channels compare. */
  write(vector: number, coefficients: Float64Array, weights: Float64Array): void {
    const { groupSize, retained } = this.format;
    if (keepsAll(this.format)) {
      writeElements(this.format, coefficients, this.#view("values", vector), this.#view("scales", vector));
      return;
    }
    const groups = topGroups(
      coefficients.map((coefficient, channel) => coefficient * (weights[channel] as number)),
      groupSize,
      retained / groupSize,
    );
    const bitmap = this.#planes.bitmaps + vector * this.#strides.bitmap;
    const kept = new Float64Array(retained);
    groups.forEach((group, place) => {
      const at = bitmap + (group >> 3);
      this.#bytes[at] = (this.#bytes[at] as number) | (1 << (group & 7));
      kept.set(coefficients.subarray(group * groupSize, (group + 1) * groupSize), place * groupSize);
    });
    writeElements(this.format, kept, this.#view("values", vector), this.#view("scales", vector));
  }

  /** Visits a vector's retained coefficients in ascending order of channels. */
  forEach(vector: number, visit: (channel: number, coefficient: number) => void): void {
    const { groupSize } = this.format;
    const values = this.#view("values", vector);
    const scales = this.#view("scales", vector);
    if (keepsAll(this.format)) {
      for (let channel = 0; channel < this.format.channels; channel++) visit(channel, readElement(this.format, channel, values, scales));
      return;
    }
    const bitmap = this.#planes.bitmaps + vector * this.#strides.bitmap;
    let index = 0;
    for (let byte = 0; byte < this.#strides.bitmap; byte++) {
      for (let bits = this.#bytes[bitmap + byte] as number; bits !== 0; bits &= bits - 1) {
        const group = 8 * byte + 31 - Math.clz32(bits & -bits);
        for (let i = 0; i < groupSize; i++) visit(group * groupSize + i, readElement(this.format, index++, values, scales));
      }
    }
  }

  /** Scalar product with a dense `[channels]` vector: for every set bit one product. */
  dot(vector: number, query: Float64Array): number {
    let sum = 0;
    this.forEach(vector, (channel, coefficient) => (sum += coefficient * (query[channel] as number)));
    return sum;
  }

  /** `sums += weight * vector` */
  addTo(sums: Float64Array, vector: number, weight: number): void {
    this.forEach(vector, (channel, coefficient) => (sums[channel] = (sums[channel] as number) + weight * coefficient));
  }

  /** What cannot be in whole data: a bitmap with another number of bits than vectors keep, bits past the last channel, a scale that is no number. */
  problem(): string | undefined {
    for (let vector = 0; vector < this.count; vector++) {
      const problem = (keepsAll(this.format) ? undefined : this.#bitmapProblem(vector)) ?? this.#scaleProblem(vector);
      if (problem !== undefined) return problem;
    }
    return undefined;
  }

  #bitmapProblem(vector: number): string | undefined {
    const { channels, groupSize, retained } = this.format;
    const groups = channels / groupSize;
    const bitmap = this.#planes.bitmaps + vector * this.#strides.bitmap;
    let set = 0;
    let last = -1;
    for (let group = 0; group < 8 * this.#strides.bitmap; group++) {
      if (((this.#bytes[bitmap + (group >> 3)] as number) & (1 << (group & 7))) === 0) continue;
      set++;
      last = group;
    }
    if (set !== retained / groupSize) return `bitmap of vector ${vector} has ${set} bits set where ${retained / groupSize} are kept.`;
    return last < groups ? undefined : `bitmap of vector ${vector} has bit ${last} set where there are ${groups} groups.`;
  }

  #scaleProblem(vector: number): string | undefined {
    const scales = this.#view("scales", vector);
    for (let index = 0; index < scaleCount(this.format); index++) {
      if (scales.getUint16(2 * index, true) >= 0x7f80) return `scale ${index} of vector ${vector} is not a finite positive number.`;
    }
    return undefined;
  }

  #view(plane: "values" | "scales", vector: number): DataView {
    const stride = this.#strides[plane];
    return new DataView(this.#bytes.buffer, this.#bytes.byteOffset + this.#planes[plane] + vector * stride, stride);
  }
}
