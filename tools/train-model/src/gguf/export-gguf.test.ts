import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openText, openWeightFile } from "@kvasir/model-runtime";
import fc from "fast-check";
import { expect, it } from "vitest";
import { encodeQ8 } from "./q8-0.ts";
import { exportGguf } from "./export-gguf.ts";

const QWEN = join(import.meta.dirname, "../../../../packages/model-runtime/goldens/llama-tied");

it("rounds to Q8_0 within half a step of the largest magnitude", () => {
  fc.assert(
    fc.property(fc.array(fc.float({ min: -1000, max: 1000, noNaN: true }), { minLength: 32, maxLength: 32 }), (values) => {
      const input = new Float32Array(values);
      const bytes = encodeQ8(input);
      const view = new DataView(bytes.buffer);
      const bits = view.getUint16(0, true);
      const exponent = bits >> 10;
      const scale = exponent === 0 ? (bits & 1023) * 2 ** -24 : (1 + (bits & 1023) / 1024) * 2 ** (exponent - 15);
      const largest = Math.max(...input.map(Math.abs));
      expect(Math.abs(scale - largest / 127)).toBeLessThanOrEqual(Math.max(2 ** -25, (largest / 127) * 2 ** -11));
      for (let i = 0; i < 32; i++) {
        expect(Math.abs(view.getInt8(2 + i) * scale - (input[i] as number))).toBeLessThanOrEqual(
          scale * 0.5 + largest * 2 ** -10 + 2 ** -24 * 128,
        );
      }
    }),
  );
});

it("refuses rows that are no whole blocks", () => {
  expect(() => encodeQ8(new Float32Array(33))).toThrow(RangeError);
});
