import { elementCount } from "../tensor-shape.ts";
import type { WeightFileHandle } from "../weight-file-handle.ts";
import type { WeightTensor } from "../weight-file.ts";
import { readGgufMetadata, type GgufValue } from "./gguf-metadata.ts";
import { describeTensorType, GGUF_TENSOR_TYPES, type GgufTensorType } from "./gguf-types.ts";
import { HeaderCursor } from "./header-cursor.ts";

/** A tensor, how its blocks are laid out and where they begin in the file. */
export interface GgufTensor extends WeightTensor {
  readonly type: GgufTensorType;
  readonly offset: number;
}

export interface GgufHeader {
  readonly metadata: Readonly<Record<string, GgufValue>>;
  readonly tensors: ReadonlyMap<string, GgufTensor>;
}

const DEFAULT_ALIGNMENT = 32;
const MAX_ALIGNMENT = 2 ** 20;
const MAX_DIMENSIONS = 4;
const MAX_NAME_BYTES = 65_535;
/** Key length, type and the smallest value. */
const MIN_PAIR_BYTES = 13;
/** Name length, one dimension, type and offset. */
const MIN_TENSOR_BYTES = 32;

/**
 * Reads and checks everything before the tensors' bytes. Source: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md
 * @throws WeightFileError with tensor and offset where anything does not add up.
 */
export function readGgufHeader(handle: WeightFileHandle): GgufHeader {
  const cursor = new HeaderCursor(handle);
  checkVersion(cursor);
  const tensorCount = cursor.count("the number of tensors", Math.floor(cursor.remaining / MIN_TENSOR_BYTES));
  const pairCount = cursor.count("the number of metadata pairs", Math.floor(cursor.remaining / MIN_PAIR_BYTES));
  const metadata = readGgufMetadata(cursor, pairCount);
  const splits = metadata["split.count"];
  if (typeof splits === "number" && splits > 1) {
    cursor.fail(`is one of ${splits} parts of a split model`, { remedy: "Join the parts into one file first (llama-gguf-split --merge)." });
  }
  const alignment = readAlignment(cursor, metadata["general.alignment"]);
  const infos: TensorInfo[] = [];
  for (let index = 0; index < tensorCount; index++) infos.push(readTensorInfo(cursor, index));
  const dataStart = Math.ceil(cursor.position / alignment) * alignment;
  const tensors = new Map<string, GgufTensor>();
  for (const info of infos) {
    if (tensors.has(info.name)) cursor.fail("is given twice", { tensor: info.name, offset: info.headerOffset });
    tensors.set(info.name, locate(cursor, info, dataStart, alignment, handle.size));
  }
  checkOverlap(cursor, [...tensors.values()]);
  return { metadata, tensors };
}

function checkVersion(cursor: HeaderCursor): void {
  const magic = cursor.u32("the magic number GGUF");
  if (magic !== 0x46554747)
    cursor.fail("does not begin with the letters GGUF", {
      offset: 0,
      remedy: "Name a .gguf file, a .safetensors file or a model directory.",
    });
  const version = cursor.u32("the version");
  if (version === 2 || version === 3) return;
  const isSwapped = (version & 0xffff) === 0;
  const problem = isSwapped ? "is a big-endian GGUF file" : `has GGUF version ${version}`;
  cursor.fail(problem, { offset: 4, remedy: "Convert the model to little-endian GGUF version 3 (version 2 is read too)." });
}

function readAlignment(cursor: HeaderCursor, value: GgufValue | undefined): number {
  if (value === undefined) return DEFAULT_ALIGNMENT;
  const isPowerOfTwo =
    typeof value === "number" && Number.isInteger(value) && value > 0 && value <= MAX_ALIGNMENT && (value & (value - 1)) === 0;
  if (!isPowerOfTwo) return cursor.fail(`general.alignment is ${String(value).slice(0, 40)}, no power of two up to ${MAX_ALIGNMENT}`);
  return value;
}

interface TensorInfo {
  readonly name: string;
  readonly headerOffset: number;
  /** Innermost dimension first, as in the file. */
  readonly dimensions: readonly number[];
  readonly type: GgufTensorType;
  /** Relative to the start of the data. */
  readonly offset: number;
}

function readTensorInfo(cursor: HeaderCursor, index: number): TensorInfo {
  const headerOffset = cursor.position;
  const name = cursor.string(`the name of tensor ${index}`, MAX_NAME_BYTES);
  const dimensionCount = cursor.u32(`the dimension count of ${name}`);
  if (dimensionCount < 1 || dimensionCount > MAX_DIMENSIONS) {
    cursor.fail(`has ${dimensionCount} dimensions where 1 to ${MAX_DIMENSIONS} are possible`, {
      tensor: name,
      offset: cursor.position - 4,
    });
  }
  const dimensions: number[] = [];
  for (let dimension = 0; dimension < dimensionCount; dimension++) {
    const size = cursor.u64(`the dimensions of ${name}`);
    if (size === 0n || size > BigInt(Number.MAX_SAFE_INTEGER)) {
      cursor.fail(`dimension ${dimension} is ${size}`, { tensor: name, offset: cursor.position - 8 });
    }
    dimensions.push(Number(size));
  }
  const typeNumber = cursor.u32(`the type of ${name}`);
  const type = GGUF_TENSOR_TYPES.get(typeNumber);
  if (type === undefined) {
    return cursor.fail(`has type ${describeTensorType(typeNumber)}, which Kvasir does not read`, {
      tensor: name,
      offset: cursor.position - 4,
      remedy: `Use a file quantised to one of ${[...GGUF_TENSOR_TYPES.values()].map((known) => known.name).join(", ")} (Q4_K_M and Q8_0 files are made of these).`,
    });
  }
  const offset = cursor.u64(`the offset of ${name}`);
  if (offset > BigInt(Number.MAX_SAFE_INTEGER))
    cursor.fail(`begins at ${offset} of the data`, { tensor: name, offset: cursor.position - 8 });
  return { name, headerOffset, dimensions, type, offset: Number(offset) };
}

function locate(cursor: HeaderCursor, info: TensorInfo, dataStart: number, alignment: number, fileSize: number): GgufTensor {
  const { name, type, dimensions } = info;
  const offset = dataStart + info.offset;
  const fail = (problem: string): never => cursor.fail(problem, { tensor: name, offset });
  const columns = dimensions[0] ?? 1;
  if (info.offset % alignment !== 0) fail(`begins at ${info.offset} of the data, which is not a multiple of the alignment ${alignment}`);
  if (columns % type.blockElements !== 0)
    fail(`rows of ${columns} elements are no whole number of ${type.name} blocks of ${type.blockElements}`);
  const elements = elementCount(dimensions);
  const byteLength = elements === undefined ? undefined : (elements / type.blockElements) * type.blockBytes;
  if (byteLength === undefined || !Number.isSafeInteger(byteLength)) return fail(`shape [${dimensions.join(", ")}] has too many elements`);
  if (offset + byteLength > fileSize) fail(`ends at ${offset + byteLength}, but the file ends at ${fileSize}`);
  return { name, dtype: type.dtype, shape: dimensions.toReversed(), byteLength, type, offset };
}

function checkOverlap(cursor: HeaderCursor, tensors: readonly GgufTensor[]): void {
  let end = 0;
  for (const tensor of tensors.toSorted((a, b) => a.offset - b.offset)) {
    if (tensor.offset < end)
      cursor.fail(`overlaps the tensor before it, which ends at ${end}`, { tensor: tensor.name, offset: tensor.offset });
    end = tensor.offset + tensor.byteLength;
  }
}
