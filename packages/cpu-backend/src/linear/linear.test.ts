import { afterAll, beforeAll, describe, expect, it, type TestContext } from "vitest";
import type { KernelHost } from "../host/kernel-host.ts";
import type { ActivationMode } from "./linear-records.ts";
import { packMatrix } from "./pack-matrix.ts";
import { isAffine } from "./matrix-layout.ts";
import { HOST_NAMES, openHost } from "./testing/hosts.ts";
import { WEIGHT_FORMS, randomFloats, randomMatrix, type WeightForm } from "./testing/matrices.ts";
import { exactProduct, quantised, relativeError } from "./testing/oracle.ts";
import { runEmbed, runLinear } from "./testing/run-linear.ts";

const MODES: readonly ActivationMode[] = ["int8", "f32"];

const isFloat = (form: WeightForm): boolean => form === "f32" || form === "bf16" || form === "f16";

describe.each(HOST_NAMES)("linear on %s", (hostName) => {
  let opened: KernelHost | string = "not opened";
  beforeAll(async () => {
    opened = await openHost(hostName, 2);
    if (typeof opened === "string") console.info(`linear on ${hostName} is not tested: ${opened}`);
  });
  afterAll(() => (typeof opened === "string" ? undefined : opened.dispose()));
  const hostFor = (context: TestContext): KernelHost => (typeof opened === "string" ? context.skip(opened) : opened);

  const has16BitProducts = hostName === "wasm" || hostName === "baseline";

  describe.each(WEIGHT_FORMS)("%s weights", (form) => {
    it.for(isFloat(form) ? (["f32"] as const) : MODES)("equal the oracle with %s activations", (mode, context) => {
      const host = hostFor(context);
      const columns = isFloat(form) ? 77 : 96;
      for (const rows of [1, 16, 83]) {
        const matrix = randomMatrix(form, rows, columns, rows);
        const packed = packMatrix(host, matrix.source);
        for (const inputRows of [1, 2, 3, 5, 8, 13, 29, 70]) {
          const x = randomFloats(inputRows * columns, inputRows);
          const weightGroup = isAffine(packed.layout) ? packed.layout.groupSize : 0;
          // ACTIVATION_GROUP and ACTIVATION_MAX in linear-dot.h.
          const groupSize = has16BitProducts || packed.layout.format === "u4" ? weightGroup : 16;
          const byteLevels = packed.layout.format === "u4" ? 256 * 127 + 127 : 127;
          const levels = has16BitProducts ? 32767 : byteLevels;
          const seen = mode === "f32" ? x : quantised(x, groupSize, levels);
          const result = runLinear(host, packed, x, mode);
          expect(relativeError(result, exactProduct(seen, inputRows, matrix)), `${rows} x ${columns}, ${inputRows} rows`).toBeLessThan(
            mode === "int8" && levels > 127 ? 1e-4 : 5e-6,
          );
        }
        host.free(packed.address);
      }
    });

    it.for(isFloat(form) ? (["f32"] as const) : MODES)(
      "give each row the same bits however many rows there are, with %s activations",
      (mode, context) => {
        const host = hostFor(context);
        const columns = isFloat(form) ? 131 : 160;
        const matrix = randomMatrix(form, 50, columns, 5);
        const packed = packMatrix(host, matrix.source);
        const x = randomFloats(70 * columns, 6);
        const alone = Array.from({ length: 70 }, (_, r) => runLinear(host, packed, x.subarray(r * columns, (r + 1) * columns), mode));
        for (let inputRows = 2; inputRows <= 70; inputRows++) {
          const together = runLinear(host, packed, x.subarray(0, inputRows * columns), mode);
          for (let r = 0; r < inputRows; r++) {
            if (together.subarray(r * 50, (r + 1) * 50).some((value, i) => !Object.is(value, alone[r]?.[i]))) {
              expect.fail(`row ${r} of ${inputRows} differs from the same row alone`);
            }
          }
        }
        host.free(packed.address);
      },
    );

    it("come back exactly as rows of an embedding", (context) => {
      const host = hostFor(context);
      const columns = isFloat(form) ? 45 : 64;
      const matrix = randomMatrix(form, 40, columns, 9);
      const packed = packMatrix(host, matrix.source);
      const ids = Int32Array.of(39, 0, 17, 17, 15, 16);
      const rows = Array.from(ids, (id) => Array.from(matrix.weights.subarray(id * columns, (id + 1) * columns), (w) => w * 2)).flat();
      // Adding 0 makes the sign of a zero weight immaterial.
      expect(Array.from(runEmbed(host, packed, ids, 2), (w) => w + 0)).toEqual(rows.map((w) => w + 0));
      host.free(packed.address);
    });
  });

  it("rounds activations less for 8-bit output heads", (context) => {
    const host = hostFor(context);
    const matrix = randomMatrix("q8_0", 16 * 64 + 3, 64, 1, 64);
    const packed = packMatrix(host, matrix.source);
    for (const inputRows of [1, 2, 11, 30]) {
      const x = randomFloats(inputRows * 64, inputRows);
      const seen = quantised(x, 32, has16BitProducts ? 32767 : 128 * 127 + 63);
      expect(relativeError(runLinear(host, packed, x, "int8"), exactProduct(seen, inputRows, matrix))).toBeLessThan(1e-4);
      expect(relativeError(runLinear(host, packed, x, "int8"), exactProduct(x, inputRows, matrix))).toBeLessThan(5e-4);
    }
    host.free(packed.address);
  });

  it("makes rows of an embedding NaN where the id is none of the table's", (context) => {
    const host = hostFor(context);
    const packed = packMatrix(host, randomMatrix("q8_0", 20, 64, 1).source);
    const result = runEmbed(host, packed, Int32Array.of(-1, 19, 20, 2 ** 31 - 1), 1);
    const areNaN = [0, 1, 2, 3].map((row) => result.subarray(row * 64, (row + 1) * 64).every(Number.isNaN));
    expect(areNaN).toEqual([true, false, true, true]);
    host.free(packed.address);
  });

  it("adds a bias and what was there", (context) => {
    const host = hostFor(context);
    const matrix = randomMatrix("q4_1", 37, 64, 1);
    const packed = packMatrix(host, matrix.source);
    const x = randomFloats(9 * 64, 2);
    const bias = randomFloats(37, 3);
    const initial = randomFloats(9 * 37, 4);
    const plain = runLinear(host, packed, x, "f32");
    const result = runLinear(host, packed, x, "f32", { bias, initial });
    const expected = Float32Array.from(plain, (value, i) => Math.fround(value + (bias[i % 37] ?? 0)) + (initial[i] ?? 0));
    expect(result).toEqual(expected);
    host.free(packed.address);
  });

  it.for(MODES)("passes NaN on to its own row only, and takes zeros and tiny numbers, with %s activations", (mode, context) => {
    const host = hostFor(context);
    const matrix = randomMatrix("q8_0", 20, 64, 1);
    const packed = packMatrix(host, matrix.source);
    const x = randomFloats(4 * 64, 2);
    x.fill(0, 0, 64);
    x.fill(1e-42, 64, 128);
    x[150] = Number.NaN;
    const result = runLinear(host, packed, x, mode);
    expect(result.subarray(0, 20).every((value) => value === 0)).toBe(true);
    expect(result.subarray(20, 40).every((value) => Math.abs(value) < 1e-38)).toBe(true);
    expect(result.subarray(40, 60).every(Number.isNaN)).toBe(true);
    expect(result.subarray(60).some(Number.isNaN)).toBe(false);
    host.free(packed.address);
  });
});

describe("any number of threads", () => {
  it.for(["wasm", "v4-dot"] as const)("gives the same bits on %s", async (name, context) => {
    const results: Float32Array[] = [];
    for (const threads of [1, 3]) {
      const host = await openHost(name, threads);
      if (typeof host === "string") return context.skip(host);
      const packed = packMatrix(host, randomMatrix("q4_1", 200, 128, 3).source);
      results.push(runLinear(host, packed, randomFloats(33 * 128, 4), "int8"));
      await host.dispose();
    }
    expect(results[1]).toEqual(results[0]);
  });
});
