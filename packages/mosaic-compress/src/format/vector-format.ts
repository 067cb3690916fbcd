/** How a retained element is stored. `int8` and `int4` are symmetric codes with bf16 scales beside them. */
export type ElementType = "bf16" | "int8" | "int4";

/** How every vector of one side of a segment (its keys, or its values) is packed: all take the same bytes, so strides are fixed. */
export interface VectorFormat {
  readonly headDim: number;
  /** Rotated channels that vectors may keep elements of; the rest are truncated and have no bits. */
  readonly channels: number;
  /** Elements kept per vector (the paper's r), a multiple of `groupSize`. */
  readonly retained: number;
  /** Adjacent channels kept or dropped together, one bit for all (the paper's g): 1, 2, 4 or 8. */
  readonly groupSize: number;
  readonly elements: ElementType;
  /** Consecutive retained elements that share a scale; `retained` where elements are bf16, which have none. */
  readonly elementsPerScale: number;
}

const ELEMENT_BITS: Readonly<Record<ElementType, number>> = { bf16: 16, int8: 8, int4: 4 };

const GROUP_SIZES: readonly number[] = [1, 2, 4, 8];

export const ELEMENT_TYPES: readonly ElementType[] = ["bf16", "int8", "int4"];

/** Whether vectors keep every channel that is not truncated: which they keep needs no saying then. */
export function keepsAll({ channels, retained }: VectorFormat): boolean {
  return retained === channels;
}

/** Bytes of one packed vector, by plane. */
export interface VectorBytes {
  readonly values: number;
  readonly bitmap: number;
  readonly scales: number;
}

export function vectorBytes(format: VectorFormat): VectorBytes {
  const { channels, retained, groupSize, elements } = format;
  return {
    values: Math.ceil((retained * ELEMENT_BITS[elements]) / 8),
    // Whole words of 16 bits: kernels expand one at a time.
    bitmap: keepsAll(format) ? 0 : 2 * Math.ceil(channels / groupSize / 16),
    scales: 2 * scaleCount(format),
  };
}

/** Scales of one vector; none for bf16. */
export function scaleCount({ retained, elements, elementsPerScale }: VectorFormat): number {
  return elements === "bf16" ? 0 : Math.ceil(retained / elementsPerScale);
}

/** What is wrong with a format. */
export interface FormatProblem {
  readonly field: keyof VectorFormat;
  /** A sentence about the field, `is ...`. */
  readonly reason: string;
}

/** The first field that cannot be; undefined where a format can. */
export function vectorFormatProblem(format: VectorFormat): FormatProblem | undefined {
  const { headDim, channels, retained, groupSize, elementsPerScale } = format;
  const isCount = (value: number, most: number): boolean => Number.isInteger(value) && value >= 1 && value <= most;
  const problem = (field: keyof VectorFormat, reason: string): FormatProblem => ({
    field,
    reason: `is ${JSON.stringify(format[field])}; it ${reason}`,
  });
  if (!isCount(headDim, 256) || headDim < 16 || headDim % 8 !== 0) return problem("headDim", "is a multiple of 8 from 16 to 256.");
  if (!isCount(channels, headDim)) return problem("channels", `is a whole number from 1 to headDim, ${headDim}.`);
  if (!GROUP_SIZES.includes(groupSize) || channels % groupSize !== 0)
    return problem("groupSize", `is ${GROUP_SIZES.join(", ")} and divides the ${channels} channels that are not truncated.`);
  if (!isCount(retained, channels) || retained % groupSize !== 0)
    return problem("retained", `is a multiple of groupSize, ${groupSize}, and at most ${channels}.`);
  if (!ELEMENT_TYPES.includes(format.elements)) return problem("elements", `is one of ${ELEMENT_TYPES.join(", ")}.`);
  if (!isCount(elementsPerScale, retained)) return problem("elementsPerScale", `is a whole number from 1 to retained, ${retained}.`);
  return undefined;
}
