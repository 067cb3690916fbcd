import type { Tensor } from "../../backend/tensor.ts";
import { SeededRandom } from "../seeded-random.ts";
import type { BackendBench } from "./backend-bench.ts";
import type { Benches, KitContext, ToleranceName } from "./kit-context.ts";
import { MATRIX_FORMS, randomMatrix, type MatrixForm } from "./matrix-sources.ts";

/** Row counts around the register blocks and tiles that kernels have. */
export const ROW_COUNTS: readonly number[] = [1, 2, 3, 4, 5, 7, 8, 9, 12, 15, 16, 17, 31, 32, 33, 48, 63, 64, 65, 70];

/** Runs one operator on both backends and compares what it wrote. */
async function compare(
  context: KitContext,
  benches: Benches,
  what: string,
  tolerance: ToleranceName,
  act: (bench: BackendBench) => Tensor,
): Promise<void> {
  const got = await benches.subject.download(act(benches.subject));
  const want = await benches.reference.download(act(benches.reference));
  context.expectClose(what, got, want, tolerance);
}

export function testRowOperators(context: KitContext): void {
  testLinear(context);
  testEmbed(context);
  testElementwise(context);
}

function testLinear(context: KitContext): void {
  const linear = async (
    benches: Benches,
    form: MatrixForm,
    rows: number,
    outputs: number,
    columns: number,
    mode: "plain" | "bias" | "accumulate" | "both",
  ) => {
    const random = new SeededRandom(rows * 1000 + outputs * 10 + columns);
    const source = randomMatrix(random, form, outputs, columns);
    const x = random.normals(rows * columns);
    const bias = random.normals(outputs);
    const before = random.normals(rows * outputs);
    await compare(context, benches, `${form}, ${rows} rows, ${columns} to ${outputs}, ${mode}`, "linear", (bench) => {
      const hasBias = mode === "bias" || mode === "both";
      const accumulate = mode === "accumulate" || mode === "both";
      const out = bench.upload(before);
      bench.backend.linear({
        x: bench.upload(x),
        matrix: bench.matrix(source),
        rows,
        ...(hasBias ? { bias: bench.upload(bias) } : {}),
        ...(accumulate ? { accumulate } : {}),
        out,
      });
      return out;
    });
    benches.subject.cleanUp();
  };
  for (const form of MATRIX_FORMS) {
    context.it("linear", `${form} matrices, 1 to 70 rows`, async (benches) => {
      for (const rows of ROW_COUNTS) await linear(benches, form, rows, 70, 96, "plain");
    });
    context.it("linear", `${form} matrices of many sizes`, async (benches) => {
      for (const outputs of [1, 3, 16, 17, 129, 320])
        for (const columns of [32, 64, 160, 576]) await linear(benches, form, 3, outputs, columns, "plain");
    });
  }
  context.it("linear", "bias and accumulation", async (benches) => {
    for (const rows of [1, 6, 33])
      for (const mode of ["bias", "accumulate", "both"] as const) await linear(benches, "bf16", rows, 41, 64, mode);
  });
  context.it("linear", "columns that no vector width divides", async (benches) => {
    for (const columns of [1, 7, 33, 50]) await linear(benches, "f32", 5, 19, columns, "bias");
  });
  context.it("linear", "reads only the rows it is told to, and leaves the others' results alone", async (benches) => {
    const random = new SeededRandom(4);
    const source = randomMatrix(random, "f32", 24, 32);
    const x = random.normals(9 * 32);
    await compare(context, benches, "5 of 9 rows", "linear", (bench) => {
      const out = bench.blank(9 * 24);
      bench.backend.linear({ x: bench.upload(x), matrix: bench.matrix(source), rows: 5, out });
      return out;
    });
  });
}

function testEmbed(context: KitContext): void {
  for (const form of MATRIX_FORMS) {
    context.it("embed", `${form} tables`, async (benches) => {
      const random = new SeededRandom(11);
      const source = randomMatrix(random, form, 37, 96);
      for (const rows of [1, 5, 40]) {
        const ids = Int32Array.from({ length: rows }, () => random.integer(37));
        ids[0] = 36;
        await compare(context, benches, `${form}, ${rows} rows`, "embed", (bench) => {
          const out = bench.blank(rows * 96);
          bench.backend.embed({ table: bench.matrix(source), ids: bench.upload(ids), rows, scale: 9.797959, out });
          return out;
        });
      }
    });
  }
}

function argmax(bench: BackendBench, x: Float32Array, rows: number, columns: number): Tensor {
  const out = bench.upload(new Int32Array(rows).fill(-7));
  bench.backend.argmax({ x: bench.upload(x), rows, columns, out });
  return out;
}

function testElementwise(context: KitContext): void {
  const sizes = [1, 3, 16, 33, 64, 100, 576];
  context.it("rmsNorm", "many sizes, in place and not", async (benches) => {
    for (const columns of sizes) {
      for (const rows of [1, 2, 9, 70]) {
        const random = new SeededRandom(columns + rows);
        const x = random.normals(rows * columns, 3);
        const weight = random.normals(columns);
        for (const inPlace of [false, true]) {
          await compare(context, benches, `${rows} x ${columns}${inPlace ? " in place" : ""}`, "default", (bench) => {
            const input = bench.upload(x);
            const out = inPlace ? input : bench.blank(rows * columns);
            bench.backend.rmsNorm({ x: input, weight: bench.upload(weight), rows, columns, epsilon: 1e-5, out });
            return out;
          });
        }
      }
    }
  });
  context.it("rmsNorm", "epsilon keeps zero and tiny rows finite", async (benches) => {
    const x = Float32Array.from({ length: 64 }, (_, index) => (index < 32 ? 0 : 1e-4));
    for (const epsilon of [1e-6, 1e-2]) {
      await compare(context, benches, `epsilon ${epsilon}`, "default", (bench) => {
        const out = bench.blank(64);
        bench.backend.rmsNorm({
          x: bench.upload(x),
          weight: bench.upload(new Float32Array(32).fill(1)),
          rows: 2,
          columns: 32,
          epsilon,
          out,
        });
        return out;
      });
    }
  });
  for (const kind of ["silu", "gelu-tanh"] as const) {
    context.it("gatedActivation", `${kind}, many sizes and large values`, async (benches) => {
      for (const columns of sizes) {
        for (const rows of [1, 2, 33]) {
          const random = new SeededRandom(columns * 3 + rows);
          const x = random.normals(rows * 2 * columns, 4);
          x[0] = 60;
          x[x.length - 1] = -2;
          if (columns > 1) x[1] = -60;
          await compare(context, benches, `${kind}, ${rows} x ${columns}`, "default", (bench) => {
            const out = bench.blank(rows * columns);
            bench.backend.gatedActivation({ x: bench.upload(x), rows, columns, kind, out });
            return out;
          });
        }
      }
    });
  }
  context.it("add", "many sizes", async (benches) => {
    for (const columns of sizes) {
      const random = new SeededRandom(columns);
      const [x, y] = [random.normals(7 * columns), random.normals(7 * columns)];
      await compare(context, benches, `7 x ${columns}`, "default", (bench) => {
        const out = bench.upload(y);
        bench.backend.add({ x: bench.upload(x), rows: 7, columns, out });
        return out;
      });
    }
  });
  context.it("argmax", "the lowest of equal ones, wherever it stands", async (benches) => {
    for (const columns of [...sizes, 1000]) {
      for (const rows of [1, 2, 33]) {
        const random = new SeededRandom(columns + 7 * rows);
        // Few distinct numbers, so that most rows hold their largest several times.
        const x = Float32Array.from(random.normals(rows * columns, 3), Math.round);
        const single = random.normals(rows * columns);
        for (const [what, values] of [
          ["with equals", x],
          ["without", single],
          ["all negative", single.map((value) => -1 - Math.abs(value))],
        ] as const) {
          await compare(context, benches, `${rows} x ${columns}, ${what}`, "default", (bench) => argmax(bench, values, rows, columns));
        }
      }
    }
  });
  context.it("argmax", "-1 where numbers are broken", async (benches) => {
    for (const columns of [1, 7, 40]) {
      for (const at of new Set([0, columns >> 1, columns - 1])) {
        const rows = [Number.NaN, Infinity, -Infinity, 1].map((value) => new Float32Array(columns).fill(-2).fill(value, at, at + 1));
        const x = Float32Array.from([...rows, new Float32Array(columns).fill(-Infinity)].flatMap((row) => [...row]));
        await compare(context, benches, `${columns} columns, ${at}`, "default", (bench) => argmax(bench, x, 5, columns));
      }
    }
  });
  context.it("gatherRows", "rows in any order, also twice", async (benches) => {
    for (const columns of sizes) {
      const x = new SeededRandom(columns).normals(9 * columns);
      await compare(context, benches, `9 x ${columns}`, "default", (bench) => {
        const out = bench.blank(5 * columns);
        bench.backend.gatherRows({ x: bench.upload(x), indices: bench.upload(Int32Array.of(8, 0, 3, 3, 7)), rows: 5, columns, out });
        return out;
      });
    }
  });
}
