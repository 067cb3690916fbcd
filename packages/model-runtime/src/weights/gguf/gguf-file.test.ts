import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { MatrixRows } from "@kvasir/kv-core";
import { afterAll, describe, expect, it } from "vitest";

import { GGUF_TYPE, writeGguf } from "../../../test/gguf-writer.ts";
import { HALF_TO_FLOAT } from "./half-float.ts";
import { GgufFile } from "./gguf-file.ts";

const GOLDENS = new URL("../../../goldens/quants.gguf", import.meta.url).pathname;
const directory = mkdtempSync(join(tmpdir(), "kvasir-gguf-"));
afterAll(() => rmSync(directory, { recursive: true }));

/** Rows as floats; every operation rounded to f32, as kernels do. */
function toFloats(rows: MatrixRows): Float32Array {
  if (rows.kind === "affine") {
    return Float32Array.from(rows.codes, (code, i) => {
      const group = Math.floor(i / rows.groupSize);
      return Math.fround(Math.fround((rows.scales[group] as number) * code) + (rows.offsets[group] as number));
    });
  }
  const { data, dtype } = rows;
  if (dtype === "f32") return new Float32Array(data.slice().buffer);
  const halves = new Uint16Array(data.slice().buffer);
  if (dtype === "f16") return Float32Array.from(halves, (bits) => HALF_TO_FLOAT[bits] as number);
  return new Float32Array(Uint32Array.from(halves, (bits) => bits << 16).buffer);
}

describe("blocks of every type", () => {
  const file = new GgufFile(GOLDENS);
  afterAll(() => file.close());

  it.each(["q8_0", "q4_0", "q4_1", "q5_0", "q5_1", "q4_k", "q5_k", "q6_k", "f16", "bf16"])(
    "reads %s exactly as gguf for Python does",
    (name) => {
      const expected = toFloats(file.readRows(`${name}.expected`, 0, 2)).slice();
      const actual = toFloats(file.readRows(name, 0, 2));
      expect(file.tensors.get(name)?.dtype).toBe(name);
      expect(actual.length).toBe(expected.length);
      const wrong = [...actual].filter((value, i) => value !== expected[i]);
      expect(wrong).toEqual([]);
    },
  );

  it("reads rows one at a time as it reads them together", () => {
    for (const name of ["q6_k", "q4_k", "q5_1", "bf16"]) {
      const both = toFloats(file.readRows(name, 0, 2)).slice();
      const second = toFloats(file.readRows(name, 1, 1));
      expect(second).toEqual(both.slice(both.length / 2));
    }
  });

  it("keeps codes within their bits", () => {
    const tooLarge = [...file.tensors.values()].filter(({ name, shape }) => {
      const rows = file.readRows(name, 0, shape[0] ?? 0);
      return rows.kind === "affine" && rows.codes.some((code) => code >= 2 ** rows.bits);
    });
    expect(tooLarge).toEqual([]);
  });

  it("reads metadata", () => {
    expect(file.metadata["general.architecture"]).toBe("llama");
    expect([...(file.metadata["kvasir.numbers"] as Int32Array)]).toEqual([1, 2, 3]);
    expect(file.metadata["kvasir.words"]).toEqual(["one", "zwei", "三"]);
  });
});

describe("metadata", () => {
  it("reads every type of value, in versions 2 and 3", () => {
    const { u8, i8, u16, i16, u32, i32, f32, bool, string, array, u64, i64, f64 } = GGUF_TYPE;
    for (const version of [2, 3]) {
      const path = join(directory, `all-${version}.gguf`);
      const metadata = [
        { key: "u8", type: u8, value: 255 },
        { key: "i8", type: i8, value: -128 },
        { key: "u16", type: u16, value: 65535 },
        { key: "i16", type: i16, value: -32768 },
        { key: "u32", type: u32, value: 4294967295 },
        { key: "i32", type: i32, value: -2147483648 },
        { key: "f32", type: f32, value: 0.5 },
        { key: "yes", type: bool, value: true },
        { key: "no", type: bool, value: false },
        { key: "text", type: string, value: "grüße 🎉" },
        { key: "u64", type: u64, value: 2n ** 53n - 1n },
        { key: "huge", type: u64, value: 2n ** 64n - 1n },
        { key: "i64", type: i64, value: -5n },
        { key: "f64", type: f64, value: 1e-300 },
        { key: "empty", type: array, elementType: u32, value: [] },
        { key: "bools", type: array, elementType: bool, value: [true, false] },
        { key: "longs", type: array, elementType: i64, value: [-1, 2] },
        {
          key: "nested",
          type: array,
          elementType: array,
          value: [Buffer.from([string, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0x61])],
        },
        { key: "__proto__", type: u8, value: 1 },
      ];
      writeFileSync(path, writeGguf({ version, metadata }));
      const file = new GgufFile(path);
      const { metadata: read } = file;
      file.close();
      expect({ ...read, bools: read["bools"], __proto__: null }).toMatchObject({
        u8: 255,
        i8: -128,
        u16: 65535,
        i16: -32768,
        u32: 4294967295,
        i32: -2147483648,
        f32: 0.5,
        yes: true,
        no: false,
        text: "grüße 🎉",
        u64: Number.MAX_SAFE_INTEGER,
        huge: 2n ** 64n - 1n,
        i64: -5,
        f64: 1e-300,
        bools: [true, false],
        longs: [-1, 2],
        nested: [["a"]],
      });
      expect(Object.keys(read)).toContain("__proto__");
    }
  });

  it("honours general.alignment and presents [rows, columns]", () => {
    const path = join(directory, "aligned.gguf");
    const data = new Uint8Array(new Float32Array([1, 2, 3, 4, 5, 6]).buffer);
    const alignment = { key: "general.alignment", type: GGUF_TYPE.u32, value: 256 };
    writeFileSync(
      path,
      writeGguf({
        alignment: 256,
        metadata: [alignment],
        tensors: [
          { name: "a", dimensions: [1], type: 0, data: data.slice(0, 4) },
          { name: "w", dimensions: [3, 2], type: 0, data },
        ],
      }),
    );
    const file = new GgufFile(path);
    expect(file.tensors.get("w")?.shape).toEqual([2, 3]);
    expect([...toFloats(file.readRows("w", 1, 1))]).toEqual([4, 5, 6]);
    file.close();
  });
});
