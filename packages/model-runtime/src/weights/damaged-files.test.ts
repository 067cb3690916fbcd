import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import * as fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";

import { GGUF_TYPE, writeGguf } from "../../test/gguf-writer.ts";
import { writeSafetensors } from "../../test/safetensors-writer.ts";
import { WeightFileError } from "../errors/weight-file-error.ts";
import { openWeightFile } from "./open-weight-file.ts";
import { asMatrix } from "./tensor-shape.ts";

const directory = mkdtempSync(join(tmpdir(), "kvasir-damaged-"));
afterAll(() => rmSync(directory, { recursive: true }));

const FILES: Readonly<Record<string, Uint8Array>> = {
  gguf: writeGguf({
    metadata: [
      { key: "general.architecture", type: GGUF_TYPE.string, value: "llama" },
      { key: "general.alignment", type: GGUF_TYPE.u32, value: 32 },
      { key: "tokens", type: GGUF_TYPE.array, elementType: GGUF_TYPE.string, value: ["a", "bc", "中"] },
      { key: "scores", type: GGUF_TYPE.array, elementType: GGUF_TYPE.f32, value: [0, -1, -2] },
      { key: "flag", type: GGUF_TYPE.bool, value: true },
    ],
    tensors: [
      { name: "embedding", dimensions: [32, 4], type: 8, data: new Uint8Array(4 * 34).fill(7) },
      { name: "norm", dimensions: [32], type: 0, data: new Uint8Array(128) },
      { name: "k", dimensions: [256, 2], type: 14, data: new Uint8Array(420).fill(9) },
    ],
  }),
  safetensors: writeSafetensors(
    [
      { name: "embedding", dtype: "BF16", shape: [4, 8], data: new Uint8Array(64) },
      { name: "norm", dtype: "F32", shape: [8], data: new Uint8Array(32) },
      { name: "empty", dtype: "F16", shape: [0, 3], data: new Uint8Array(0) },
    ],
    { format: "pt" },
  ),
};

/** Opens the file and reads all of it; false where it is refused with a `WeightFileError`. Anything else is a failure. */
async function canBeRead(path: string, sizeLimit: number): Promise<boolean> {
  try {
    const file = await openWeightFile(path);
    try {
      for (const { name, shape, byteLength } of file.tensors.values()) {
        if (byteLength > sizeLimit) throw new RangeError(`${name} has ${byteLength} bytes`);
        file.readRows(name, 0, asMatrix(shape).rows);
      }
    } finally {
      file.close();
    }
    return true;
  } catch (error) {
    if (error instanceof WeightFileError) return false;
    throw error;
  }
}

describe.each(Object.entries(FILES))("a damaged .%s file", (format, original) => {
  const path = join(directory, `damaged.${format}`);

  it("is whole to begin with", async () => {
    writeFileSync(path, original);
    expect(await canBeRead(path, original.length)).toBe(true);
  });

  it("is refused wherever it is cut off", async () => {
    for (let length = 0; length < original.length; length++) {
      writeFileSync(path, original.subarray(0, length));
      // A GGUF file may end within the padding after its last tensor.
      const mayBeWhole = length >= original.length - 32;
      expect((await canBeRead(path, original.length)) && !mayBeWhole, `cut at ${length}`).toBe(false);
    }
  });

  it("is read or refused, and nothing else, whatever bytes are wrong", async () => {
    const damage = fc.array(fc.tuple(fc.nat(original.length - 1), fc.integer({ min: 0, max: 255 })), { minLength: 1, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(damage, fc.option(fc.nat(original.length)), async (changes, length) => {
        const bytes = original.slice();
        for (const [at, value] of changes) bytes[at] = value;
        writeFileSync(path, length === null ? bytes : bytes.subarray(0, length));
        const before = process.memoryUsage().arrayBuffers;
        expect(await canBeRead(path, original.length)).toBeTypeOf("boolean");
        expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(64 * 2 ** 20);
      }),
      { numRuns: 1500 },
    );
  });

  it("is read or refused with any header", async () => {
    const start = format === "gguf" ? 8 : 0;
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 64 }), async (header) => {
        const bytes = original.slice();
        bytes.set(header, start);
        writeFileSync(path, bytes);
        expect(await canBeRead(path, original.length)).toBeTypeOf("boolean");
      }),
      { numRuns: 500 },
    );
  });
});
