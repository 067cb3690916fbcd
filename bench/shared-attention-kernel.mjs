// Speed of the attention operator over pages that several sequences share, grouped and one sequence at a time, beside the machine's matrix
// product in f32, in the same run: rounds of all cases, interleaved, medians.
//
//   npm run build
//   node bench/shared-attention-kernel.mjs --threads 2 --out kernel.json
//   node bench/shared-attention-kernel.mjs --sgemm "python3 bench/sgemm-peer.py 2"     (numpy on OpenBLAS as a second opinion on the peak)
//   node bench/shared-attention-kernel.mjs --threads 1 --clock cpu     (on a busy machine: time on the core instead of on the clock)
//
// Everything goes through the backend's public contract. One query token per reader, which sees all shared tokens and has none of its own:
// 4 * readers * queryHeads * tokens * headDim floating-point operations per layer (two products; the softmax is not counted). Planning is
// timed apart. Every layer of the model's shape has its own pages, so that the caches hold no more than they do in a real step.
import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import { cpuNativeBackend, cpuWasmBackend } from "../packages/cpu-backend/dist/index.js";
import { provenance } from "./support/provenance.mjs";
import { median, summarise } from "./support/statistics.mjs";

const { values: flags } = parseArgs({
  options: {
    backend: { type: "string", default: "cpu-native" },
    threads: { type: "string", default: "2" },
    readers: { type: "string", default: "1,2,4,8,16,32,64" },
    tokens: { type: "string", default: "512,1024,2048,4096,8192,16384" },
    shapes: { type: "string", default: "kvasir-tiny,smollm2-135m" },
    "kv-dtype": { type: "string", default: "f16" },
    rounds: { type: "string", default: "5" },
    layers: { type: "string" },
    sgemm: { type: "string" },
    clock: { type: "string", default: "wall" },
    out: { type: "string" },
  },
});
const SHAPES = {
  "kvasir-tiny": { layers: 8, queryHeads: 4, kvHeads: 2, headDim: 128 },
  "smollm2-135m": { layers: 30, queryHeads: 9, kvHeads: 3, headDim: 64 },
  // No grouped-query attention: one row per request and KV head, where computing requests one by one reuses nothing.
  "multi-head": { layers: 12, queryHeads: 8, kvHeads: 8, headDim: 64 },
};
const PAGE_SIZE = 16;
/** Of the matrix product that stands for the machine's peak: large enough to hide every fixed cost, small enough for the caches' blocking. */
const GEMM = { rows: 512, columns: 1024, inner: 1024 };
const GEMM_FLOP = 2 * GEMM.rows * GEMM.columns * GEMM.inner;

const numbers = (text) => text.split(",").map(Number);
const readerCounts = numbers(flags.readers);
const tokenCounts = numbers(flags.tokens);
const where = provenance();
const factory = flags.backend === "cpu-wasm" ? cpuWasmBackend : cpuNativeBackend;
const backend = await factory.create({ threads: Number(flags.threads) });

/** Numbers without a pattern, the same in every run. */
function noise(length, seed) {
  return Float32Array.from({ length }, (_, index) => Math.sin(index * 12.9898 + seed * 78.233));
}

/** Seconds on the clock, or with `--clock cpu` those that each thread spent on a core. */
async function seconds(run) {
  const cpu = process.cpuUsage();
  const start = performance.now();
  await run();
  if (flags.clock === "wall") return (performance.now() - start) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  return (user + system) / 1e6 / Number(flags.threads);
}

/** GFLOP/s of our own f32 matrix product. */
function openGemm() {
  const { rows, columns, inner } = GEMM;
  const weights = noise(columns * inner, 1);
  const values = { kind: "float", dtype: "f32", data: new Uint8Array(weights.buffer) };
  const matrix = backend.createMatrix({
    name: "peak",
    rows: columns,
    columns: inner,
    *chunks() {
      yield { firstRow: 0, rowCount: columns, values };
    },
  });
  const x = backend.createTensor("f32", rows * inner);
  backend.writeTensor(x, noise(rows * inner, 2));
  const out = backend.createTensor("f32", rows * columns);
  const repeat = 4;
  return async () => {
    const time = await seconds(() => {
      for (let i = 0; i < repeat; i++) backend.linear({ x, matrix, rows, out });
      return backend.submit();
    });
    return (repeat * GEMM_FLOP) / time / 1e9;
  };
}

/** GFLOP/s of another program's matrix product: it is asked with a line and answers with a number. */
function openPeer(command) {
  const child = spawn("/bin/sh", ["-c", `exec ${command}`], { stdio: ["pipe", "pipe", "inherit"] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    async measure() {
      child.stdin.write(`${GEMM.rows} ${GEMM.columns} ${GEMM.inner}\n`);
      const { value, done } = await lines.next();
      const speed = Number(value);
      if (done || !Number.isFinite(speed)) throw new Error(`"${command}" answered ${JSON.stringify(value)} instead of GFLOP/s.`);
      return speed;
    },
    close: () => child.stdin.end(),
  };
}

/** The pages of one model's shape, filled, and what attention needs beside them. */
async function openShape(name) {
  const { layers: ownLayers, queryHeads, kvHeads, headDim } = SHAPES[name];
  const layers = flags.layers === undefined ? ownLayers : Number(flags.layers);
  const maxTokens = Math.max(...tokenCounts);
  const maxRows = Math.max(...readerCounts);
  const shape = {
    layers: Array.from({ length: layers }, (_, owner) => ({ kind: "full", kvHeads, headDim, owner })),
    queryHeads,
    maxPositions: maxTokens + 1,
    keyEncoding: "post-rope",
    hasFixedFrequencies: true,
  };
  const pageCount = Math.ceil(maxTokens / PAGE_SIZE);
  const store = backend.createKvStore({ shape, dtype: flags["kv-dtype"], pageSize: PAGE_SIZE, pageCount });
  for (let page = 0; page < pageCount; page++) {
    for (let layer = 0; layer < layers; layer++) {
      const keys = noise(PAGE_SIZE * kvHeads * headDim, page + layer);
      store.writeTokens(layer, page, 0, { keys, values: keys });
    }
    await backend.submit();
  }
  const queries = backend.createTensor("f32", maxRows * queryHeads * headDim);
  backend.writeTensor(queries, noise(maxRows * queryHeads * headDim, 0.5));
  const out = backend.createTensor("f32", maxRows * queryHeads * headDim);
  const frequencies = backend.createTensor("f32", headDim / 2);

  /** All layers of a step in which `readers` sequences read the same `tokens`. */
  async function attend(readers, tokens, isGrouped) {
    const pages = Array.from({ length: Math.ceil(tokens / PAGE_SIZE) }, (_, index) => index);
    const common = { role: "shared-prefix", pages, skip: 0, length: tokens, firstPosition: 0, shift: 0 };
    const ids = Array.from({ length: readers }, (_, index) => index);
    const sequences = ids.map((sequence) => ({ sequence, firstRow: sequence, rows: 1, firstPosition: tokens }));
    const segments = isGrouped ? [{ ...common, readers: ids }] : ids.map((id) => ({ ...common, readers: [id] }));
    let step;
    const plan = await seconds(() => {
      step = backend.plan({ sequences, reads: [{ layers: "all", kvHead: "all", segments }] }, store);
    });
    const run = await seconds(() => {
      for (let layer = 0; layer < layers; layer++) {
        backend.attention({ step, store, layer, queries, queryHeads, out, scale: headDim ** -0.5, frequencies });
      }
      return backend.submit();
    });
    return { plan, run };
  }
  return {
    name,
    flop: (readers, tokens) => 4 * layers * readers * queryHeads * tokens * headDim,
    attend,
    result: async (readers) => backend.readTensor(out, 0, readers * queryHeads * headDim),
    shape: { layers, queryHeads, kvHeads, headDim },
    kvBytes: store.residentBytes,
    dispose() {
      store.dispose();
      for (const tensor of [queries, out, frequencies]) backend.disposeTensor(tensor);
    },
  };
}

/** Grouping must not change a bit; a benchmark of something else would be worth nothing. */
async function checkEqual(model, readers, tokens) {
  await model.attend(readers, tokens, false);
  const wanted = await model.result(readers);
  await model.attend(readers, tokens, true);
  const found = await model.result(readers);
  const differs = found.findIndex((value, index) => !Object.is(value, wanted[index]));
  if (differs >= 0) throw new Error(`${model.name}, ${readers} readers of ${tokens}: grouped ${found[differs]}, else ${wanted[differs]}.`);
}

const gemm = openGemm();
const peer = flags.sgemm === undefined ? undefined : openPeer(flags.sgemm);
await gemm();
await peer?.measure();
const peaks = { own: [], peer: [] };
const results = [];
for (const name of flags.shapes.split(",")) {
  const model = await openShape(name);
  const cases = readerCounts.flatMap((readers) => tokenCounts.map((tokens) => ({ readers, tokens, grouped: [], alone: [], plans: [] })));
  for (const { readers, tokens } of cases) await checkEqual(model, readers, tokens);
  for (let round = 0; round < Number(flags.rounds); round++) {
    for (const one of cases) {
      const flop = model.flop(one.readers, one.tokens);
      const grouped = await model.attend(one.readers, one.tokens, true);
      const alone = await model.attend(one.readers, one.tokens, false);
      one.grouped.push(flop / grouped.run / 1e9);
      one.alone.push(flop / alone.run / 1e9);
      one.plans.push(1000 * grouped.plan);
    }
    for (let i = 0; i < 4; i++) {
      peaks.own.push(await gemm());
      if (peer !== undefined) peaks.peer.push(await peer.measure());
    }
    console.error(`${name}: round ${round + 1} of ${flags.rounds}`);
  }
  model.dispose();
  results.push({
    model: name,
    shape: model.shape,
    kvBytes: model.kvBytes,
    cases: cases.map(({ readers, tokens, grouped, alone, plans }) => ({
      readers,
      tokens,
      groupedGflops: summarise(grouped),
      ungroupedGflops: summarise(alone),
      ratio: median(grouped.map((speed, index) => speed / alone[index])),
      planMs: median(plans),
    })),
  });
}
peer?.close();
const peakGflops = summarise(peaks.own);
const peerPeakGflops = peaks.peer.length === 0 ? undefined : summarise(peaks.peer);
const highest = Math.max(peakGflops.median, peerPeakGflops?.median ?? 0);

console.log(
  `${backend.description}, KV ${flags["kv-dtype"]}, ${where.machine.cpu}, load at start ${where.loadAverageAtStart.toFixed(1)}, ${flags.clock} time`,
);
console.log(`f32 matrix product ${GEMM.rows} x ${GEMM.inner} x ${GEMM.columns}: ${peakGflops.median.toFixed(0)} GFLOP/s with our kernel`);
if (peerPeakGflops !== undefined) console.log(`  ${peerPeakGflops.median.toFixed(0)} GFLOP/s with ${flags.sgemm}`);
for (const { model, shape, cases } of results) {
  console.log(`\n${model}: ${shape.queryHeads} query and ${shape.kvHeads} KV heads of ${shape.headDim}, ${shape.layers} layers`);
  console.log("readers  tokens  grouped GFLOP/s  of peak  one by one GFLOP/s  ratio  plan ms");
  for (const { readers, tokens, groupedGflops, ungroupedGflops, ratio, planMs } of cases) {
    const cells = [
      [readers, 7],
      [tokens, 6],
      [`${groupedGflops.median.toFixed(1)} ±${(50 * groupedGflops.spread).toFixed(0)} %`, 15],
      [`${((100 * groupedGflops.median) / highest).toFixed(0)} %`, 7],
      [`${ungroupedGflops.median.toFixed(1)} ±${(50 * ungroupedGflops.spread).toFixed(0)} %`, 18],
      [ratio.toFixed(2), 5],
      [planMs.toFixed(2), 7],
    ];
    console.log(cells.map(([cell, width]) => String(cell).padStart(width)).join("  "));
  }
}
if (flags.out !== undefined) {
  const { threads, "kv-dtype": kvDtype, rounds } = flags;
  const report = {
    ...where,
    command: process.argv.slice(2).join(" "),
    backend: backend.description,
    threads: Number(threads),
    clock: flags.clock,
    kvDtype,
    rounds: Number(rounds),
    gemm: GEMM,
    peakGflops,
    peerPeakGflops,
    sgemm: flags.sgemm,
    results,
  };
  writeFileSync(flags.out, `${JSON.stringify(report, null, 2)}\n`);
  console.log(`\nwritten: ${flags.out}`);
}
await backend.dispose();
