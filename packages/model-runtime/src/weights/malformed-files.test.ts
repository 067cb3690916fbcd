import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, describe, expect, it } from "vitest";

import { GGUF_TYPE, ggufString, writeGguf, type GgufContent } from "../../test/gguf-writer.ts";
import { safetensorsBytes, writeSafetensors } from "../../test/safetensors-writer.ts";
import { WeightFileError } from "../errors/weight-file-error.ts";
import { openWeightFile } from "./open-weight-file.ts";

const directory = mkdtempSync(join(tmpdir(), "kvasir-malformed-"));
afterAll(() => rmSync(directory, { recursive: true }));

/** A file, and what the error must say. `tensor` and `offset` must be named where given. */
interface MalformedCase {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly message: RegExp;
  readonly tensor?: string;
  readonly offset?: number;
}

const F32 = 0;
const { u8, u32, string, array, bool } = GGUF_TYPE;
const floats = (count: number): Uint8Array => new Uint8Array(new Float32Array(count).buffer);
const tensor = { name: "w", dimensions: [4, 2], type: F32, data: floats(8) };
const gguf = (content: GgufContent): Uint8Array => writeGguf({ tensors: [tensor], ...content });
const entry = (type: number, value: Uint8Array): GgufContent => ({ metadata: [{ key: "some.key", type, value }] });
const bytesOf = (...numbers: number[]): Uint8Array => Uint8Array.from(numbers);
const count = (value: bigint): Uint8Array => new Uint8Array(new BigUint64Array([value]).buffer);
const arrayOf = (type: number, length: bigint): Uint8Array => Buffer.concat([bytesOf(type, 0, 0, 0), count(length)]);
const valid = gguf({ metadata: [{ key: "general.name", type: string, value: "x" }] });

const GGUF_CASES: readonly MalformedCase[] = [
  { name: "an empty file", bytes: bytesOf(), message: /the file ends within the magic/, offset: 0 },
  { name: "another magic number", bytes: gguf({ magic: "GGML" }), message: /does not begin with the letters GGUF/, offset: 0 },
  { name: "version 1", bytes: gguf({ version: 1 }), message: /has GGUF version 1/, offset: 4 },
  { name: "a big-endian file", bytes: gguf({ version: 0x0300_0000 }), message: /big-endian/, offset: 4 },
  { name: "2^60 tensors", bytes: gguf({ tensorCount: 2n ** 60n }), message: /number of tensors is 1152921504606846976/, offset: 8 },
  { name: "2^64 - 1 metadata pairs", bytes: gguf({ pairCount: -1n }), message: /metadata pairs is 18446744073709551615/, offset: 16 },
  { name: "more pairs than there are", bytes: gguf({ pairCount: 1n }), message: /unknown type|the file ends|is not UTF-8|more than the/ },
  { name: "more tensors than there are", bytes: gguf({ tensorCount: 2n }), message: /dimensions|the file ends|is not UTF-8|more than the/ },
  {
    name: "a key that is longer than the file",
    bytes: Buffer.concat([gguf({ pairCount: 1n, tensors: [] }).subarray(0, 24), count(2n ** 40n)]),
    message: /the length of metadata key 0|number of metadata pairs/,
  },
  {
    name: "a string of 2^62 bytes",
    bytes: gguf(entry(string, count(2n ** 62n))),
    message: /the length of the value of some\.key is 4611686018427387904/,
  },
  {
    name: "an array of 2^60 numbers",
    bytes: gguf(entry(array, arrayOf(u32, 2n ** 60n))),
    message: /the length of some\.key, an array of u32, is 1152921504606846976|array of u32 is 1152921504606846976/,
  },
  { name: "an array of 2^60 strings", bytes: gguf(entry(array, arrayOf(string, 2n ** 60n))), message: /array of string/ },
  { name: "an array of an unknown type", bytes: gguf(entry(array, arrayOf(77, 1n))), message: /array of unknown type 77/ },
  {
    name: "arrays nested without end",
    bytes: gguf(entry(array, Buffer.concat(Array.from({ length: 50 }, () => arrayOf(array, 1n))))),
    message: /nests arrays deeper than/,
  },
  { name: "an unknown value type", bytes: gguf(entry(13, bytesOf(0, 0, 0, 0))), message: /unknown type 13/ },
  { name: "a boolean of 2", bytes: gguf(entry(bool, bytesOf(2))), message: /neither 0 nor 1/ },
  {
    name: "a value that is not UTF-8",
    bytes: gguf(entry(string, ggufString(bytesOf(0xff, 0xfe)))),
    message: /the value of some\.key is not UTF-8/,
  },
  {
    name: "a tensor name that is not UTF-8",
    bytes: Buffer.from(gguf({ tensors: [{ ...tensor, name: "wxyz" }] })).fill(0xc0, 32, 36),
    message: /name of tensor 0 is not UTF-8/,
  },
  {
    name: "a key given twice",
    bytes: gguf({ metadata: [1, 2].map((value) => ({ key: "a.b", type: u8, value })) }),
    message: /"a\.b" is given twice/,
  },
  { name: "a tensor given twice", bytes: gguf({ tensors: [tensor, tensor] }), message: /is given twice/, tensor: "w" },
  {
    name: "an alignment of 0",
    bytes: gguf({ metadata: [{ key: "general.alignment", type: u32, value: 0 }] }),
    message: /general\.alignment is 0/,
  },
  {
    name: "an alignment of 24",
    bytes: gguf({ metadata: [{ key: "general.alignment", type: u32, value: 24 }] }),
    message: /no power of two/,
  },
  {
    name: "an alignment that is a text",
    bytes: gguf({ metadata: [{ key: "general.alignment", type: string, value: "32" }] }),
    message: /general\.alignment is 32/,
  },
  {
    name: "a split model",
    bytes: gguf({ metadata: [{ key: "split.count", type: GGUF_TYPE.u16, value: 3 }] }),
    message: /one of 3 parts.*llama-gguf-split/,
  },
  { name: "no dimensions", bytes: gguf({ tensors: [{ ...tensor, dimensions: [] }] }), message: /has 0 dimensions/, tensor: "w" },
  {
    name: "nine dimensions",
    bytes: gguf({ tensors: [{ ...tensor, dimensions: Array.from({ length: 9 }, () => 1) }] }),
    message: /has 9 dimensions/,
    tensor: "w",
  },
  { name: "a dimension of 0", bytes: gguf({ tensors: [{ ...tensor, dimensions: [4, 0] }] }), message: /dimension 1 is 0/, tensor: "w" },
  {
    name: "a negative dimension",
    bytes: gguf({ tensors: [{ ...tensor, dimensions: [-4n, 2] }] }),
    message: /dimension 0 is 18446744073709551612/,
    tensor: "w",
  },
  {
    name: "dimensions whose product overflows",
    bytes: gguf({ tensors: [{ ...tensor, dimensions: [2n ** 40n, 2n ** 40n] }] }),
    message: /too many elements/,
    tensor: "w",
  },
  {
    name: "dimensions whose product wraps to 8",
    bytes: gguf({ tensors: [{ ...tensor, dimensions: [2n ** 33n, 2n ** 31n, 8] }] }),
    message: /too many elements/,
    tensor: "w",
  },
  {
    name: "a type that is not read",
    bytes: gguf({ tensors: [{ ...tensor, type: 23 }] }),
    message: /has type IQ4_XS \(23\).*Q4_K/,
    tensor: "w",
  },
  {
    name: "a type that does not exist",
    bytes: gguf({ tensors: [{ ...tensor, type: 9999 }] }),
    message: /has type number 9999/,
    tensor: "w",
  },
  {
    name: "rows that are no whole blocks",
    bytes: gguf({ tensors: [{ ...tensor, dimensions: [48], type: 8 }] }),
    message: /no whole number of Q8_0 blocks/,
    tensor: "w",
  },
  {
    name: "an offset that is not aligned",
    bytes: gguf({ tensors: [{ ...tensor, offset: 4 }] }),
    message: /not a multiple of the alignment 32/,
    tensor: "w",
  },
  {
    name: "an offset beyond the file",
    bytes: gguf({ tensors: [{ ...tensor, offset: 2n ** 40n }] }),
    message: /the file ends at \d+/,
    tensor: "w",
  },
  {
    name: "an offset of 2^63",
    bytes: gguf({ tensors: [{ ...tensor, offset: 2n ** 63n }] }),
    message: /begins at 9223372036854775808/,
    tensor: "w",
  },
  {
    name: "a tensor larger than the file",
    bytes: gguf({ tensors: [{ ...tensor, dimensions: [4, 2000] }] }),
    message: /ends at \d+, but the file ends at/,
    tensor: "w",
  },
  {
    name: "overlapping tensors",
    bytes: gguf({ tensors: [tensor, { ...tensor, name: "v", offset: 0 }] }),
    message: /overlaps the tensor before it/,
  },
  { name: "a file without its last byte", bytes: valid.subarray(0, valid.length - 1), message: /the file ends at/, tensor: "w" },
];

const safetensors = (header: unknown, dataBytes = 8): Uint8Array =>
  safetensorsBytes(typeof header === "string" ? header : JSON.stringify(header), new Uint8Array(dataBytes));
const one = (entryFields: Record<string, unknown>): Uint8Array =>
  safetensors({ w: { dtype: "F32", shape: [2], data_offsets: [0, 8], ...entryFields } });

const SAFETENSORS_CASES: readonly MalformedCase[] = [
  { name: "an empty file", bytes: bytesOf(), message: /too short/, offset: 0 },
  { name: "7 bytes", bytes: bytesOf(1, 2, 3, 4, 5, 6, 7), message: /too short/, offset: 0 },
  {
    name: "a header longer than the file",
    bytes: safetensorsBytes("{}", bytesOf(), 1000n),
    message: /claims a header of 1000 bytes in a file of 10/,
    offset: 0,
  },
  {
    name: "a header of 2^63 bytes",
    bytes: safetensorsBytes("{}", bytesOf(), 2n ** 63n),
    message: /claims a header of 9223372036854775808/,
    offset: 0,
  },
  { name: "a header shorter than its text", bytes: safetensorsBytes('{"__metadata__":{}}', bytesOf(), 5n), message: /not JSON/, offset: 8 },
  { name: "an empty header", bytes: safetensorsBytes(""), message: /not JSON/, offset: 8 },
  { name: "a header that is a list", bytes: safetensors("[]", 0), message: /not an object/, offset: 8 },
  { name: "a header that is null", bytes: safetensors("null", 0), message: /not an object/, offset: 8 },
  { name: "a header that is not JSON", bytes: safetensors("{w:1}", 0), message: /not JSON/, offset: 8 },
  { name: "a header that is not UTF-8", bytes: safetensorsBytes(bytesOf(0x7b, 0x22, 0xff, 0x22, 0x7d)), message: /not UTF-8/, offset: 8 },
  { name: "a header nested 100,000 deep", bytes: safetensors(`{"w":${"[".repeat(100_000)}`, 0), message: /nested deeper than 3/ },
  {
    name: "a name given twice",
    bytes: safetensors('{"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"\\u0077":{"dtype":"F32","shape":[0],"data_offsets":[8,8]}}'),
    message: /"w" is given twice/,
  },
  {
    name: "a field given twice",
    bytes: safetensors('{"w":{"dtype":"F32","dtype":"F16","shape":[2],"data_offsets":[0,8]}}'),
    message: /"dtype" is given twice/,
  },
  { name: "metadata that is no object of texts", bytes: safetensors({ __metadata__: { a: 1 } }, 0), message: /__metadata__/ },
  { name: "an entry that is a number", bytes: safetensors({ w: 5 }), message: /not an object/, tensor: "w" },
  { name: "no dtype", bytes: one({ dtype: null }), message: /dtype is missing/, tensor: "w" },
  {
    name: "a dtype that is not read",
    bytes: one({ dtype: "F8_E4M3" }),
    message: /dtype "F8_E4M3", which Kvasir does not read.*F32, F16, BF16/,
    tensor: "w",
  },
  {
    name: "a dtype named like a property of all objects",
    bytes: one({ dtype: "constructor" }),
    message: /dtype "constructor"/,
    tensor: "w",
  },
  { name: "a shape that is no list", bytes: one({ shape: "2" }), message: /shape is missing/, tensor: "w" },
  { name: "a negative dimension", bytes: one({ shape: [-2] }), message: /shape is missing or no list of non-negative/, tensor: "w" },
  { name: "a fractional dimension", bytes: one({ shape: [2.5] }), message: /shape is missing/, tensor: "w" },
  { name: "a dimension of 2^60", bytes: one({ shape: [2 ** 60] }), message: /shape is missing/, tensor: "w" },
  { name: "dimensions whose product overflows", bytes: one({ shape: [2 ** 40, 2 ** 40] }), message: /too many elements/, tensor: "w" },
  { name: "one offset", bytes: one({ data_offsets: [0] }), message: /data_offsets/, tensor: "w" },
  { name: "a negative offset", bytes: one({ data_offsets: [-8, 0] }), message: /data_offsets/, tensor: "w" },
  { name: "offsets in the wrong order", bytes: one({ data_offsets: [8, 0] }), message: /end at 0 before they begin at 8/, tensor: "w" },
  {
    name: "offsets beyond the file",
    bytes: one({ shape: [4], data_offsets: [0, 16] }),
    message: /ends at 16 of the data, which is 8 bytes/,
    tensor: "w",
  },
  {
    name: "a size that is not that of the shape",
    bytes: one({ shape: [1] }),
    message: /takes 4 bytes, but data_offsets span 8/,
    tensor: "w",
  },
  {
    name: "overlapping tensors",
    bytes: safetensors({ v: { dtype: "F32", shape: [2], data_offsets: [0, 8] }, w: { dtype: "F32", shape: [1], data_offsets: [4, 8] } }),
    message: /overlaps/,
    tensor: "w",
  },
  {
    name: "a gap between tensors",
    bytes: safetensors(
      { v: { dtype: "F32", shape: [1], data_offsets: [0, 4] }, w: { dtype: "F32", shape: [1], data_offsets: [8, 12] } },
      12,
    ),
    message: /gap of 4 bytes/,
    tensor: "w",
  },
  {
    name: "bytes after the last tensor",
    bytes: safetensors({ w: { dtype: "F32", shape: [1], data_offsets: [0, 4] } }),
    message: /4 bytes after its last tensor/,
  },
];

async function failure(path: string): Promise<WeightFileError> {
  const error = await openWeightFile(path).then(
    (file) => file.close(),
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(WeightFileError);
  return error as WeightFileError;
}

describe.each([
  { format: "gguf", cases: GGUF_CASES },
  { format: "safetensors", cases: SAFETENSORS_CASES },
])("a malformed .$format file", ({ format, cases }) => {
  it.each(cases)("is refused: $name", async ({ bytes, message, tensor: name, offset }) => {
    const path = join(directory, `case.${format}`);
    writeFileSync(path, bytes);
    const error = await failure(path);
    expect(error.message).toMatch(message);
    expect(error.message).toContain(path);
    expect(error.code).toBe("KV_MODEL_FILE");
    expect(error.tensor).toBe(name ?? error.tensor);
    expect(error.offset).toBe(offset ?? error.offset);
  });
});

describe("a malformed model directory", () => {
  const shard = writeSafetensors([{ name: "w", dtype: "F32", shape: [2], data: floats(2) }]);
  const index = (weightMap: unknown): string => JSON.stringify({ weight_map: weightMap });
  const cases: readonly { name: string; files: Readonly<Record<string, string | Uint8Array>>; message: RegExp }[] = [
    { name: "no config.json", files: { "model.safetensors": shard }, message: /config\.json: is missing/ },
    { name: "a config.json that is not JSON", files: { "config.json": "{", "model.safetensors": shard }, message: /not valid JSON/ },
    {
      name: "a config.json that is a list",
      files: { "config.json": "[]", "model.safetensors": shard },
      message: /does not hold a JSON object/,
    },
    { name: "no weights", files: { "config.json": "{}" }, message: /neither model\.safetensors nor/ },
    { name: "an index without weight_map", files: { "config.json": "{}", "model.safetensors.index.json": "{}" }, message: /no weight_map/ },
    {
      name: "a shard outside the directory",
      files: { "config.json": "{}", "model.safetensors.index.json": index({ w: "../x.safetensors" }) },
      message: /no \.safetensors file of this directory/,
    },
    {
      name: "a shard that is a number",
      files: { "config.json": "{}", "model.safetensors.index.json": index({ w: 5 }) },
      message: /no \.safetensors file of this directory/,
    },
    {
      name: "a missing shard",
      files: { "config.json": "{}", "model.safetensors.index.json": index({ w: "a.safetensors" }) },
      message: /a\.safetensors: cannot be opened \(ENOENT\)/,
    },
    {
      name: "a shard without the tensor",
      files: { "config.json": "{}", "a.safetensors": shard, "model.safetensors.index.json": index({ v: "a.safetensors" }) },
      message: /does not hold a tensor/,
    },
  ];
  it.each(cases)("is refused: $name", async ({ files, message }) => {
    const model = mkdtempSync(join(directory, "model-"));
    for (const [name, content] of Object.entries(files)) writeFileSync(join(model, name), content);
    expect((await failure(model)).message).toMatch(message);
  });
});

describe("a path that cannot be a model", () => {
  it("is refused with a remedy", async () => {
    expect((await failure(join(directory, "nowhere"))).message).toMatch(/does not exist.*kvasir pull/);
    writeFileSync(join(directory, "model.bin"), "PK");
    expect((await failure(join(directory, "model.bin"))).message).toMatch(/neither a \.gguf nor a \.safetensors/);
    mkdirSync(join(directory, "x.gguf"));
    expect((await failure(join(directory, "x.gguf"))).message).toMatch(/config\.json/);
  });
});

describe("reading rows", () => {
  it("refuses rows and tensors that do not exist, and files that are closed or have shrunk", async () => {
    const path = join(directory, "rows.safetensors");
    const bytes = writeSafetensors([{ name: "w", dtype: "F32", shape: [2, 2], data: floats(4) }]);
    writeFileSync(path, bytes);
    const file = await openWeightFile(path);
    expect(() => file.readRows("v", 0, 1)).toThrow(/no such tensor/);
    for (const [first, rows] of [
      [0, 3],
      [-1, 1],
      [2, 1],
      [0.5, 1],
      [0, Number.NaN],
      [1, -1],
    ] as const)
      expect(() => file.readRows("w", first, rows)).toThrow(WeightFileError);
    writeFileSync(path, bytes.subarray(0, bytes.length - 4));
    expect(() => file.readRows("w", 0, 2)).toThrow(/ends after \d+ bytes where \d+ are needed \(tensor "w"/);
    file.close();
    file.close();
    expect(() => file.readRows("w", 0, 1)).toThrow(/closed/);
  });

  it("joins shards", async () => {
    const model = mkdtempSync(join(directory, "sharded-"));
    for (const [name, value] of [
      ["a", 1],
      ["b", 2],
    ] as const) {
      writeFileSync(
        join(model, `${name}.safetensors`),
        writeSafetensors([{ name, dtype: "F32", shape: [1], data: new Uint8Array(new Float32Array([value]).buffer) }]),
      );
    }
    writeFileSync(join(model, "config.json"), "{}");
    writeFileSync(join(model, "model.safetensors.index.json"), JSON.stringify({ weight_map: { a: "a.safetensors", b: "b.safetensors" } }));
    const file = await openWeightFile(model);
    expect([...file.tensors.keys()]).toEqual(["a", "b"]);
    const { data } = file.readRows("b", 0, 1) as { data: Uint8Array };
    expect(new DataView(data.buffer, data.byteOffset).getFloat32(0, true)).toBe(2);
    file.close();
  });
});
