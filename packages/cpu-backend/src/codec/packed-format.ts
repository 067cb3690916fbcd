import { CodecDataError } from "@kvasir/kv-core";

/** Name of the format in segments and capabilities. */
export const PACKED_CODEC = "mosaic-packed";

/** In the order of `enum PackedElements` of native/packed-format.h. */
export const ELEMENT_TYPES = ["bf16", "int8", "int4"] as const;

/** How the vectors of one side are packed: `PackedFormat` of native/packed-format.h. */
export interface PackedFormat {
  readonly headDim: number;
  /** Rotated channels that vectors may keep elements of. */
  readonly channels: number;
  /** Elements kept per vector. */
  readonly retained: number;
  /** Adjacent channels kept or dropped together. */
  readonly groupSize: number;
  readonly elements: (typeof ELEMENT_TYPES)[number];
  /** Retained elements that share a scale. */
  readonly elementsPerScale: number;
}

/** What a state's header says. */
export interface PackedState {
  readonly keys: PackedFormat;
  readonly values: PackedFormat;
  readonly blockTokens: number;
  readonly byteLength: number;
}

/** Blocks that a mean key may stand for, so that whole chunks of tokens are encoded at once. */
export const BLOCK_SIZES: readonly number[] = [1, 2, 4, 8, 16, 32, 64];

const GROUP_SIZES: readonly number[] = [1, 2, 4, 8];
const ELEMENT_BITS = { bf16: 16, int8: 8, int4: 4 };
const HEADER_BYTES = 64;
const STATE_MAGIC = 0x5453534d;
const STATE_VERSION = 2;

/** The first field of a format that cannot be, with a sentence about it; undefined where a format can. */
export function packedFormatProblem(format: PackedFormat): { readonly field: keyof PackedFormat; readonly reason: string } | undefined {
  const { headDim, channels, retained, groupSize, elementsPerScale } = format;
  const isCount = (value: number, most: number): boolean => Number.isInteger(value) && value >= 1 && value <= most;
  const problem = (field: keyof PackedFormat, reason: string): ReturnType<typeof packedFormatProblem> => ({
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

/** Bytes of one packed vector in each plane. */
function planeBytes({ channels, retained, groupSize, elements, elementsPerScale }: PackedFormat): readonly number[] {
  return [
    Math.ceil((retained * ELEMENT_BITS[elements]) / 8),
    retained === channels ? 0 : 2 * Math.ceil(channels / groupSize / 16),
    elements === "bf16" ? 0 : 2 * Math.ceil(retained / elementsPerScale),
  ];
}

/** Bytes of one packed vector. */
export function vectorBytes(format: PackedFormat): number {
  return planeBytes(format).reduce((sum, bytes) => sum + bytes, 0);
}

/** Bytes of an item of `tokens` tokens. */
export function itemBytes({ keys, values, blockTokens }: PackedState, tokens: number): number {
  const planes = (format: PackedFormat, vectors: number): number =>
    planeBytes(format).reduce((sum, bytes) => sum + aligned(vectors * bytes), 0);
  return HEADER_BYTES + planes(keys, tokens) + planes(values, tokens) + planes(keys, Math.ceil(tokens / blockTokens));
}

/** Bytes of a state that packs keys and values so. */
export function stateBytes(keys: PackedFormat, values: PackedFormat): number {
  const side = ({ channels, headDim }: PackedFormat): number => aligned(2 * channels * headDim) + 2 * aligned(4 * channels);
  return HEADER_BYTES + side(keys) + side(values);
}

/**
 * Reads a state's header.
 * @param bytes from the state's start to the end of its page
 * @throws CodecDataError where they do not begin with a whole state for this head dimension.
 */
export function readPackedState(bytes: Uint8Array, headDim: number): PackedState {
  if (bytes.length < HEADER_BYTES) throw damaged(`is ${bytes.length} bytes long, shorter than its header of ${HEADER_BYTES}.`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint32(0, true) !== STATE_MAGIC) throw damaged("does not start with its mark.");
  if (view.getUint16(4, true) !== STATE_VERSION)
    throw damaged(`has version ${view.getUint16(4, true)} where ${STATE_VERSION} is understood.`);
  if (view.getUint16(6, true) !== headDim) throw damaged(`is for ${view.getUint16(6, true)} channels, not ${headDim}.`);
  const blockTokens = view.getUint32(8, true);
  if (!BLOCK_SIZES.includes(blockTokens)) throw damaged(`has blocks of ${blockTokens} tokens.`);
  const keys = readFormat(view, 12, "keys");
  const values = readFormat(view, 20, "values");
  const byteLength = stateBytes(keys, values);
  if (byteLength > bytes.length) throw damaged(`reaches beyond the ${bytes.length} bytes that there are.`);
  return { keys, values, blockTokens, byteLength };
}

function readFormat(view: DataView, at: number, side: string): PackedFormat {
  const elements = ELEMENT_TYPES[view.getUint8(at + 5)];
  if (elements === undefined) throw damaged(`has elements of unknown type ${view.getUint8(at + 5)} for ${side}.`);
  const format = {
    headDim: view.getUint16(6, true),
    channels: view.getUint16(at, true),
    retained: view.getUint16(at + 2, true),
    groupSize: view.getUint8(at + 4),
    elements,
    elementsPerScale: view.getUint16(at + 6, true),
  };
  const problem = packedFormatProblem(format);
  if (problem !== undefined) throw damaged(`has a format of ${side} that cannot be: ${problem.field} ${problem.reason}`);
  return format;
}

function damaged(reason: string): CodecDataError {
  return new CodecDataError({ codec: PACKED_CODEC, part: "state", reason });
}

function aligned(bytes: number): number {
  return Math.ceil(bytes / 64) * 64;
}
