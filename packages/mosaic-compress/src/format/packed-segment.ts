import { CodecDataError, type CodecShape, type EncodedKv } from "@kvasir/kv-core";
import { CODEC_NAME } from "../codec-name.ts";
import { checksum } from "./checksum.ts";
import { HEADER_BYTES, packedLayout } from "./packed-layout.ts";
import { PackedVectors } from "./packed-vectors.ts";
import { readState, type SegmentState } from "./segment-state.ts";

/** A piece of a segment, ready to read: its vectors stay packed. */
export interface PackedSegment {
  readonly shape: CodecShape;
  readonly state: SegmentState;
  readonly keys: PackedVectors;
  readonly values: PackedVectors;
  readonly blockKeys: PackedVectors;
}

/** `MSPK` in little-endian order. */
const MAGIC = 0x4b50534d;
const VERSION = 2;

/** Views of the planes in a piece's bytes. */
export function packedSegment(bytes: Uint8Array, shape: CodecShape, state: SegmentState): PackedSegment {
  const { format } = state;
  const layout = packedLayout(format, shape.tokens);
  return {
    shape,
    state,
    keys: new PackedVectors(format.keys, shape.tokens, bytes, layout.keys),
    values: new PackedVectors(format.values, shape.tokens, bytes, layout.values),
    blockKeys: new PackedVectors(format.keys, layout.blocks, bytes, layout.blockKeys),
  };
}

/** Completes a piece whose planes are written: what it belongs to, and how to tell that it is whole. */
export function writeHeader(bytes: Uint8Array, tokens: number, state: Uint8Array): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, HEADER_BYTES);
  view.setUint32(0, MAGIC, true);
  view.setUint32(4, VERSION, true);
  view.setUint32(8, tokens, true);
  view.setUint32(12, checksum(state), true);
  view.setUint32(16, checksum(bytes.subarray(HEADER_BYTES)), true);
}

/**
 * Opens encoded tokens after checking that they are whole.
 * @throws CodecDataError where they are not, or belong to another state or shape.
 */
export function openSegment({ bytes, shape, state }: EncodedKv): PackedSegment {
  const opened = readState(state);
  const { format } = opened;
  if (shape.headDim !== format.keys.headDim)
    throw damaged("state", `is for ${format.keys.headDim} channels where the shape has ${shape.headDim}.`);
  const { byteLength } = packedLayout(format, shape.tokens);
  if (bytes.length !== byteLength) throw damaged("bytes", `are ${bytes.length} where ${shape.tokens} tokens take ${byteLength}.`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, HEADER_BYTES);
  if (view.getUint32(0, true) !== MAGIC || view.getUint32(4, true) !== VERSION)
    throw damaged("header", "does not start with its mark and version 2.");
  if (view.getUint32(8, true) !== shape.tokens)
    throw damaged("header", `is of ${view.getUint32(8, true)} tokens where the shape has ${shape.tokens}.`);
  if (bytes.subarray(20, HEADER_BYTES).some((byte) => byte !== 0)) throw damaged("header", "has bytes set that it leaves 0.");
  if (view.getUint32(12, true) !== checksum(state)) throw damaged("state", "is not the one these tokens were encoded in.");
  const segment = packedSegment(bytes, shape, opened);
  for (const part of ["keys", "values", "blockKeys"] as const) {
    const problem = segment[part].problem();
    if (problem !== undefined) throw damaged(part, `cannot be: ${problem}`);
  }
  if (view.getUint32(16, true) !== checksum(bytes.subarray(HEADER_BYTES)))
    throw damaged("bytes", "do not have the checksum in their header.");
  return segment;
}

function damaged(part: string, reason: string): CodecDataError {
  return new CodecDataError({ codec: CODEC_NAME, part, reason });
}
