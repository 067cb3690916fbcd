import { Opcode, type Tape } from "../tape.ts";
import { ELEMENT_TYPES, type PackedFormat, type PackedState } from "./packed-format.ts";
import { type PackedSettings, ROTATIONS } from "./packed-settings.ts";

/** Bytes of `PackedFitResult` and `PackedEncodeResult` of native/packed-codec.h, the larger one. */
export const RESULT_BYTES = 64;

/** Tokens whose sums of energy are kept apart while they are encoded: `PACKED_CHUNK` of native/packed-codec.h. */
const CHUNK = 64;
const CHUNK_BYTES = 32;

/** Where the tokens lie, and what a record works on; addresses in backend memory. */
export interface PackedCall {
  /** `KvLayer` */
  readonly layer: number;
  /** i32 page ids */
  readonly pages: number;
  readonly kvHead: number;
  readonly skip: number;
  readonly tokens: number;
  readonly work: number;
  readonly result: number;
}

/** `PackedSettings` of native/packed-codec.h with its candidates. */
export function packedSettingsRecord({ maxLoss, rotation, blockTokens, keys, values }: PackedSettings): BigInt64Array {
  const candidate = ({ channels, retained, groupSize, elements, elementsPerScale }: PackedFormat): number[] => [
    ...[channels, retained, groupSize, ELEMENT_TYPES.indexOf(elements), elementsPerScale],
  ];
  const counts = [0, ROTATIONS.indexOf(rotation), blockTokens, keys.length, values.length];
  const record = BigInt64Array.from([...counts, ...keys.flatMap(candidate), ...values.flatMap(candidate)], BigInt);
  new Float64Array(record.buffer)[0] = maxLoss;
  return record;
}

/** Work memory of `op_packed_fit` (`open_side` of native/packed-fit.c). */
export function fitWorkBytes(tokens: number, headDim: number): number {
  const rows = 4 * tokens * padded(headDim);
  const axes = [8 * headDim ** 2, 4 * headDim * padded(headDim), 8 * headDim, 48 * headDim, 2 * headDim ** 2];
  const side = [rows, ...axes, 4 * headDim, 4 * headDim, 8, 8];
  return 2 * side.reduce((sum, bytes) => sum + 64 * Math.ceil(bytes / 64), 0);
}

/** Work memory of `op_packed_encode` (`open_work` of native/packed-encode.c). */
export function encodeWorkBytes({ keys, values }: PackedState, tokens: number): number {
  const side = ({ channels, headDim }: PackedFormat): number => 4 * padded(channels) * (headDim + 2);
  return side(keys) + side(values) + CHUNK_BYTES * Math.ceil(tokens / CHUNK);
}

/** Appends `OpPackedFit`. @param to.prior 0 where there is none */
export function appendFit(
  tape: Tape,
  call: PackedCall,
  to: { readonly settings: number; readonly prior: number; readonly state: number },
): void {
  tape.begin(Opcode.packedFit).integer(call.layer).integer(call.pages).integer(to.settings).integer(to.prior).integer(to.state);
  appendRest(tape, call);
}

/** Appends `OpPackedEncode`. */
export function appendEncode(tape: Tape, call: PackedCall, to: { readonly state: number; readonly item: number }): void {
  tape.begin(Opcode.packedEncode).integer(call.layer).integer(call.pages).integer(to.state).integer(to.item);
  appendRest(tape, call);
}

function appendRest(tape: Tape, { work, result, kvHead, skip, tokens }: PackedCall): void {
  tape.integer(work).integer(result).integer(kvHead).integer(skip).integer(tokens);
}

function padded(channels: number): number {
  return 16 * Math.ceil(channels / 16);
}
