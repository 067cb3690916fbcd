import { TextDecoder } from "node:util";
import { WeightFileError } from "../../errors/weight-file-error.ts";
import { elementCount } from "../tensor-shape.ts";
import type { WeightFileHandle } from "../weight-file-handle.ts";
import type { WeightDtype, WeightTensor } from "../weight-file.ts";
import { findHeaderJsonProblem } from "./header-json.ts";

/** A tensor and where its bytes begin in the file. */
export interface SafetensorsTensor extends WeightTensor {
  readonly offset: number;
}

const DTYPES: Readonly<Record<string, { readonly dtype: WeightDtype; readonly bytes: number }>> = {
  F32: { dtype: "f32", bytes: 4 },
  F16: { dtype: "f16", bytes: 2 },
  BF16: { dtype: "bf16", bytes: 2 },
};
/** The format's own limit. */
const MAX_HEADER_BYTES = 100_000_000;
/** header > tensor entry > shape. */
const MAX_DEPTH = 3;

/**
 * Reads and checks a safetensors header: an 8-byte little-endian length, then a JSON object from tensor name to
 * `{ dtype, shape, data_offsets: [begin, end] }`, then the tensors' bytes without gaps.
 * Source: https://github.com/huggingface/safetensors, section "Format".
 * @throws WeightFileError with tensor and offset where anything does not add up.
 */
export function readSafetensorsHeader(handle: WeightFileHandle): Map<string, SafetensorsTensor> {
  const { text, dataStart } = readHeaderText(handle);
  const fail = (problem: string, details?: { tensor?: string; offset?: number; remedy?: string; cause?: unknown }): never => {
    throw new WeightFileError({ file: handle.path, problem, ...details });
  };
  const jsonProblem = findHeaderJsonProblem(text, MAX_DEPTH);
  if (jsonProblem !== undefined) {
    fail(`the JSON header: ${jsonProblem.problem}`, { offset: 8 + Buffer.byteLength(text.slice(0, jsonProblem.index)) });
  }
  let header: unknown;
  try {
    header = JSON.parse(text);
  } catch (cause) {
    return fail(`the header is not JSON (${(cause as Error).message.slice(0, 160)})`, { offset: 8, cause });
  }
  if (!isObject(header)) return fail("the JSON header is not an object", { offset: 8 });

  const tensors: SafetensorsTensor[] = [];
  for (const [name, entry] of Object.entries(header)) {
    if (name === "__metadata__") {
      if (!isObject(entry) || !Object.values(entry).every((value) => typeof value === "string")) {
        fail("__metadata__ in the header is not an object of strings", { offset: 8 });
      }
      continue;
    }
    const parsed = parseEntry(entry);
    if (typeof parsed === "string") fail(parsed, { tensor: name, offset: 8 });
    else tensors.push(checkTensor(handle, dataStart, name, parsed));
  }
  checkLayout(handle, dataStart, tensors);
  return new Map(tensors.map((tensor) => [tensor.name, tensor]));
}

function readHeaderText(handle: WeightFileHandle): { text: string; dataStart: number } {
  if (handle.size < 8) {
    throw new WeightFileError({
      file: handle.path,
      offset: 0,
      problem: `is ${handle.size} bytes long, too short for a safetensors header`,
    });
  }
  const lengthBytes = new Uint8Array(8);
  handle.read(lengthBytes, 0);
  const length = new DataView(lengthBytes.buffer).getBigUint64(0, true);
  if (length > BigInt(handle.size - 8) || length > MAX_HEADER_BYTES) {
    throw new WeightFileError({
      file: handle.path,
      offset: 0,
      problem: `claims a header of ${length} bytes in a file of ${handle.size} bytes (at most ${MAX_HEADER_BYTES} are allowed)`,
    });
  }
  const bytes = new Uint8Array(Number(length));
  handle.read(bytes, 8);
  try {
    return { text: new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes), dataStart: 8 + bytes.length };
  } catch (cause) {
    throw new WeightFileError({ file: handle.path, offset: 8, problem: "the header is not UTF-8", cause });
  }
}

interface TensorEntry {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

/** The entry, or what is wrong with it. */
function parseEntry(entry: unknown): TensorEntry | string {
  if (!isObject(entry)) return "the header entry is not an object";
  const { dtype, shape, data_offsets: offsets } = entry;
  if (typeof dtype !== "string") return "dtype is missing or no string";
  if (!isListOfCounts(shape)) return "shape is missing or no list of non-negative integers";
  if (!isListOfCounts(offsets) || offsets.length !== 2) return "data_offsets is missing or no pair of non-negative integers";
  const [begin = 0, end = 0] = offsets;
  if (end < begin) return `data_offsets end at ${end} before they begin at ${begin}`;
  return { dtype, shape, begin, end };
}

function checkTensor(handle: WeightFileHandle, dataStart: number, name: string, entry: TensorEntry): SafetensorsTensor {
  const fail = (problem: string, remedy?: string): never => {
    throw new WeightFileError({ file: handle.path, tensor: name, offset: dataStart + entry.begin, problem, remedy });
  };
  const known = Object.hasOwn(DTYPES, entry.dtype) ? DTYPES[entry.dtype] : undefined;
  if (known === undefined) {
    return fail(
      `has dtype ${JSON.stringify(entry.dtype.slice(0, 40))}, which Kvasir does not read`,
      `Convert it to one of ${Object.keys(DTYPES).join(", ")}.`,
    );
  }
  const available = handle.size - dataStart;
  if (entry.end > available) fail(`ends at ${entry.end} of the data, which is ${available} bytes long`);
  const elements = elementCount(entry.shape);
  if (elements === undefined || !Number.isSafeInteger(elements * known.bytes))
    return fail(`shape [${entry.shape.join(", ")}] has too many elements`);
  const byteLength = entry.end - entry.begin;
  if (elements * known.bytes !== byteLength) {
    fail(
      `shape [${entry.shape.slice(0, 8).join(", ")}] of ${entry.dtype} takes ${elements * known.bytes} bytes, but data_offsets span ${byteLength}`,
    );
  }
  return { name, dtype: known.dtype, shape: entry.shape, byteLength, offset: dataStart + entry.begin };
}

/** Tensors lie side by side and fill the file: the format allows no overlap and no gap. */
function checkLayout(handle: WeightFileHandle, dataStart: number, tensors: readonly SafetensorsTensor[]): void {
  let position = dataStart;
  const inOrder = tensors.toSorted((a, b) => a.offset - b.offset || a.byteLength - b.byteLength);
  for (const { name, offset, byteLength } of inOrder) {
    if (offset !== position) {
      const problem =
        offset < position
          ? `overlaps the tensor before it, which ends at ${position}`
          : `leaves a gap of ${offset - position} bytes before it`;
      throw new WeightFileError({ file: handle.path, tensor: name, offset, problem });
    }
    position += byteLength;
  }
  if (position !== handle.size) {
    throw new WeightFileError({
      file: handle.path,
      offset: position,
      problem: `has ${handle.size - position} bytes after its last tensor`,
    });
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isListOfCounts(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((item) => Number.isSafeInteger(item) && item >= 0);
}
