import { CodecDataError } from "@kvasir/kv-core";
import { SegmentBasis } from "../basis/segment-basis.ts";
import { CODEC_NAME } from "../codec-name.ts";
import { BLOCK_TOKENS, HEADER_BYTES, type SegmentFormat, stateLayout } from "./packed-layout.ts";
import { ELEMENT_TYPES, type VectorFormat, vectorFormatProblem } from "./vector-format.ts";

/** What the pieces of a segment share: how they are packed, and the bases. */
export interface SegmentState {
  readonly format: SegmentFormat;
  readonly keys: SegmentBasis;
  readonly values: SegmentBasis;
  /** Tokens that the bases' energies are means over. */
  readonly tokens: number;
}

/** `MSST` in little-endian order. */
const MAGIC = 0x5453534d;
const VERSION = 2;
const KEYS_AT = 12;
const VALUES_AT = 20;
const TOKENS_AT = 28;
const HEADER_USED = 32;

export function writeState({ format, keys, values, tokens }: SegmentState): Uint8Array {
  const layout = stateLayout(format);
  const bytes = new Uint8Array(layout.byteLength);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, MAGIC, true);
  view.setUint16(4, VERSION, true);
  view.setUint16(6, format.keys.headDim, true);
  view.setUint32(8, format.blockTokens, true);
  writeFormat(view, KEYS_AT, format.keys);
  writeFormat(view, VALUES_AT, format.values);
  view.setUint32(TOKENS_AT, tokens, true);
  keys.write(view, layout.keys);
  values.write(view, layout.values);
  return bytes;
}

/** @throws CodecDataError where the bytes are no state of this codec. */
export function readState(state: Uint8Array): SegmentState {
  if (state.length < HEADER_BYTES) throw damaged(`is ${state.length} bytes long, shorter than its header of ${HEADER_BYTES}.`);
  const view = new DataView(state.buffer, state.byteOffset, state.byteLength);
  if (view.getUint32(0, true) !== MAGIC) throw damaged("does not start with its mark.");
  if (view.getUint16(4, true) !== VERSION) throw damaged(`has version ${view.getUint16(4, true)} where ${VERSION} is understood.`);
  const format = {
    keys: readFormat(view, KEYS_AT, "keys"),
    values: readFormat(view, VALUES_AT, "values"),
    blockTokens: view.getUint32(8, true),
  };
  if (!BLOCK_TOKENS.includes(format.blockTokens)) throw damaged(`has blocks of ${format.blockTokens} tokens.`);
  if (state.subarray(HEADER_USED, HEADER_BYTES).some((byte) => byte !== 0)) throw damaged("has bytes set that its header leaves 0.");
  const layout = stateLayout(format);
  if (state.length !== layout.byteLength) throw damaged(`is ${state.length} bytes long where its header asks for ${layout.byteLength}.`);
  return {
    format,
    keys: SegmentBasis.read(format.keys, view, layout.keys),
    values: SegmentBasis.read(format.values, view, layout.values),
    tokens: view.getUint32(TOKENS_AT, true),
  };
}

function writeFormat(view: DataView, at: number, format: VectorFormat): void {
  view.setUint16(at, format.channels, true);
  view.setUint16(at + 2, format.retained, true);
  view.setUint8(at + 4, format.groupSize);
  view.setUint8(at + 5, ELEMENT_TYPES.indexOf(format.elements));
  view.setUint16(at + 6, format.elementsPerScale, true);
}

function readFormat(view: DataView, at: number, side: string): VectorFormat {
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
  const problem = vectorFormatProblem(format);
  if (problem !== undefined) throw damaged(`has a format of ${side} that cannot be: ${problem.field} ${problem.reason}`);
  return format;
}

function damaged(reason: string): CodecDataError {
  return new CodecDataError({ codec: CODEC_NAME, part: "state", reason });
}
