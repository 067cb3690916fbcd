// Matrix products on the built package, in the shapes of a 135M-parameter model: GB/s of weights for one row (weights larger than the
// caches), Gop/s (two per weight and row) for many rows, and seconds to load.
// Usage: [CPU_TIME=1] node bench/linear.mjs [threads] [native|wasm] [format] [int8|f32]
import { cpuNativeBackend, cpuWasmBackend } from "../dist/index.js";

const THREADS = Number(process.argv[2] ?? 2);
const CPU_TIME = process.env.CPU_TIME === "1";
const TIERS = { native: cpuNativeBackend, wasm: cpuWasmBackend };
// Rows and columns: queries, keys and values; attention output; gate and up; down; output head.
const SHAPES = [
  [960, 576],
  [576, 576],
  [3072, 576],
  [576, 1536],
  [49152, 576],
];
const ROW_COUNTS = [1, 8, 64, 512];
const AFFINE = { q8_0: { bits: 8, zeroPoint: 128 }, q4_0: { bits: 4, zeroPoint: 8 }, q4_1: { bits: 4 } };
const FORMATS = ["f32", "bf16", "f16", ...Object.keys(AFFINE)];
const COLD_BYTES = 96 * 2 ** 20;

/** Rows of some weights, the same again and again. */
function source(format, rows, columns) {
  const rowCount = 64;
  const count = rowCount * columns;
  const affine = AFFINE[format];
  const scales = new Float32Array(count / 32).fill(2 ** -9);
  const values =
    affine === undefined
      ? { kind: "float", dtype: format, data: new Uint8Array(count * (format === "f32" ? 4 : 2)) }
      : {
          kind: "affine",
          bits: affine.bits,
          groupSize: 32,
          codes: Uint8Array.from({ length: count }, (_, i) => (i * 7) % 2 ** affine.bits),
          scales,
          offsets: scales.map((scale, i) => (affine.zeroPoint === undefined ? -scale * (1 + (i % 8)) : -scale * affine.zeroPoint)),
        };
  return {
    name: format,
    rows,
    columns,
    *chunks() {
      for (let firstRow = 0; firstRow < rows; firstRow += rowCount) yield { firstRow, rowCount, values };
    },
  };
}

/** Best time of one call among those that fit a quarter of a second, in seconds. */
async function measure(run, calls) {
  await run();
  let best = Number.POSITIVE_INFINITY;
  for (let spent = 0, times = 0; spent < 250 || times < 4; times++) {
    const start = performance.now();
    const cpu = process.cpuUsage();
    await run();
    const wall = performance.now() - start;
    const { user, system } = process.cpuUsage(cpu);
    spent += wall;
    // On a busy machine the time on the cores says more than the time on the clock.
    best = Math.min(best, (CPU_TIME ? (user + system) / 1000 / THREADS : wall) / calls / 1000);
  }
  return best;
}

async function bench(tier, format, activations) {
  const backend = await TIERS[tier].create({ threads: THREADS, activations });
  console.log(`\n${backend.description}, ${format} weights, ${format in AFFINE ? activations : "f32"} activations`);
  const x = backend.createTensor("f32", 512 * 1536);
  const out = backend.createTensor("f32", 64 * 49152);
  backend.writeTensor(
    x,
    Float32Array.from({ length: x.length }, (_, i) => Math.sin(i * 1.7)),
  );
  for (const [rows, columns] of SHAPES) {
    const weights = source(format, rows, columns);
    const first = backend.createMatrix(weights);
    const copies = Math.min(200, Math.ceil(COLD_BYTES / first.residentBytes));
    const start = performance.now();
    const matrices = [first];
    for (let i = 1; i < copies; i++) matrices.push(backend.createMatrix(weights));
    const packing = (((copies - 1) * rows * columns) / (performance.now() - start) / 1000).toFixed(0);
    const figures = [];
    for (const count of ROW_COUNTS.filter((n) => n * rows <= out.length)) {
      const used = count <= 8 ? matrices : [first];
      const seconds = await measure(() => {
        for (const matrix of used) backend.linear({ x, matrix, rows: count, out });
        return backend.submit();
      }, used.length);
      const speed =
        count === 1
          ? `${(first.residentBytes / seconds / 1e9).toFixed(1)} GB/s`
          : `${((2 * count * rows * columns) / seconds / 1e9).toFixed(0)} Gop/s`;
      figures.push(`${count}: ${(seconds * 1e6).toFixed(1)} us ${speed}`);
    }
    console.log(`${`${rows} x ${columns}`.padEnd(12)} ${figures.join(" | ")}${copies > 1 ? ` | packed ${packing} M weights/s` : ""}`);
    for (const matrix of matrices) backend.disposeMatrix(matrix);
  }
  await backend.dispose();
}

const [, , , tier, format, activations = "int8"] = process.argv;
for (const t of tier ? [tier] : Object.keys(TIERS)) for (const f of format ? [format] : FORMATS) await bench(t, f, activations);
