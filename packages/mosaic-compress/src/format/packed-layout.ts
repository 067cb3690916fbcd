import { vectorBytes, type VectorFormat } from "./vector-format.ts";

/** What a segment's bytes and state look like, for one layer and KV head. */
export interface SegmentFormat {
  readonly keys: VectorFormat;
  readonly values: VectorFormat;
  /** Tokens whose mean key is kept, packed like a key, to score the block by. */
  readonly blockTokens: number;
}

/** Divisors of the tokens that one piece has but for its last, so that blocks never span pieces. */
export const BLOCK_TOKENS: readonly number[] = [1, 2, 4, 8, 16, 32, 64];

/** Where the planes of packed vectors lie, in bytes. */
export interface PlaneOffsets {
  readonly values: number;
  readonly bitmaps: number;
  readonly scales: number;
}

/** Planes of a piece of a segment. */
export interface PackedLayout {
  readonly keys: PlaneOffsets;
  readonly values: PlaneOffsets;
  readonly blockKeys: PlaneOffsets;
  readonly blocks: number;
  readonly byteLength: number;
}

/** Planes start on cache lines, which hold whole sectors of a GPU too. */
export const PLANE_ALIGNMENT = 64;

/** Bytes in front of the first plane, and in front of the state's arrays. */
export const HEADER_BYTES = 64;

/** Lays out a piece of `tokens` tokens: for keys, values and block keys each a plane of elements, one of bitmaps and one of scales. */
export function packedLayout(format: SegmentFormat, tokens: number): PackedLayout {
  let end = HEADER_BYTES;
  const planes = (side: VectorFormat, vectors: number): PlaneOffsets => {
    const { offsets, end: last } = vectorPlanes(side, vectors, end);
    end = last;
    return offsets;
  };
  const blocks = Math.ceil(tokens / format.blockTokens);
  const keys = planes(format.keys, tokens);
  const values = planes(format.values, tokens);
  const blockKeys = planes(format.keys, blocks);
  return { keys, values, blockKeys, blocks, byteLength: end };
}

/** Lays out vectors from byte `start` on, and says where they end. */
export function vectorPlanes(
  format: VectorFormat,
  vectors: number,
  start: number,
): { readonly offsets: PlaneOffsets; readonly end: number } {
  const { values, bitmap, scales } = vectorBytes(format);
  const bitmaps = aligned(start + vectors * values);
  const scalesAt = aligned(bitmaps + vectors * bitmap);
  return { offsets: { values: start, bitmaps, scales: scalesAt }, end: aligned(scalesAt + vectors * scales) };
}

/** Where the arrays of one side lie in a state, in bytes. */
export interface BasisOffsets {
  /** bf16 `[channels, headDim]` */
  readonly rows: number;
  /** f32 `[channels]`; all 1 for bf16 elements. */
  readonly channelScales: number;
  /** f32 `[channels]` */
  readonly energies: number;
}

export interface StateLayout {
  readonly keys: BasisOffsets;
  readonly values: BasisOffsets;
  readonly byteLength: number;
}

/** Lays out the state that the pieces of a segment share: both bases, truncated, with their channels' scales and energies. */
export function stateLayout(format: SegmentFormat): StateLayout {
  let end = HEADER_BYTES;
  const array = (bytes: number): number => {
    const start = end;
    end = aligned(start + bytes);
    return start;
  };
  const basis = ({ channels, headDim }: VectorFormat): BasisOffsets => ({
    rows: array(2 * channels * headDim),
    channelScales: array(4 * channels),
    energies: array(4 * channels),
  });
  const keys = basis(format.keys);
  const values = basis(format.values);
  return { keys, values, byteLength: end };
}

/** Bytes of a segment of `tokens` tokens in one piece, its state included. */
export function segmentBytes(format: SegmentFormat, tokens: number): number {
  return packedLayout(format, tokens).byteLength + stateLayout(format).byteLength;
}

function aligned(bytes: number): number {
  return Math.ceil(bytes / PLANE_ALIGNMENT) * PLANE_ALIGNMENT;
}
