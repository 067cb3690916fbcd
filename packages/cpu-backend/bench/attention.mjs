// Attention of one layer on the built package: GFLOP/s and GB/s of decode and prefill, for each KV dtype and both tiers.
// Usage: [CPU_TIME=1] node bench/attention.mjs [threads] [native|wasm] [dtype]
import { cpuNativeBackend, cpuWasmBackend } from "../dist/index.js";

const THREADS = Number(process.argv[2] ?? 2);
const CPU_TIME = process.env.CPU_TIME === "1";
const TIERS = { native: cpuNativeBackend, wasm: cpuWasmBackend };
const DTYPES = ["f32", "f16", "bf16", "int8"];
const BYTES = { f32: 4, f16: 2, bf16: 2, int8: 1 };
const [KV_HEADS, QUERY_HEADS, HEAD_DIM, PAGE] = [3, 9, 64, 16];
// As many layers as it takes to be larger than the caches.
const LAYERS = 30;
const MAX_TOKENS = 8192;

const layer = { kind: "full", kvHeads: KV_HEADS, headDim: HEAD_DIM };
const shape = {
  layers: Array.from({ length: LAYERS }, (_, owner) => ({ ...layer, owner })),
  queryHeads: QUERY_HEADS,
  maxPositions: MAX_TOKENS,
  keyEncoding: "post-rope",
  hasFixedFrequencies: true,
};

async function measure(run, minimumMs = 300) {
  await run();
  const times = [];
  for (let spent = 0; spent < minimumMs || times.length < 3;) {
    const start = performance.now();
    const cpu = process.cpuUsage();
    await run();
    const { user, system } = process.cpuUsage(cpu);
    spent += performance.now() - start;
    // On a busy machine the time on the cores says more than the time on the clock.
    times.push(CPU_TIME ? (user + system) / 1000 / THREADS : performance.now() - start);
  }
  times.sort((a, b) => a - b);
  return { median: times[times.length >> 1], best: times[0] };
}

async function bench(tier, dtype) {
  const backend = await TIERS[tier].create({ threads: THREADS });
  console.log(`\n${backend.description}, KV ${dtype}`);
  const tokens = dtype === "f32" && tier === "wasm" ? 4096 : MAX_TOKENS;
  const store = backend.createKvStore({ shape, dtype, pageSize: PAGE, pageCount: tokens / PAGE });
  const kv = new Float32Array(PAGE * KV_HEADS * HEAD_DIM);
  for (let page = 0; page < tokens / PAGE; page++) {
    for (let l = 0; l < LAYERS; l++) {
      for (let i = 0; i < kv.length; i++) kv[i] = Math.sin(i * 1.7 + page + l);
      store.writeTokens(l, page, 0, { keys: kv, values: kv });
    }
    await backend.submit();
  }
  const rowsMax = 512;
  const queries = backend.createTensor("f32", rowsMax * QUERY_HEADS * HEAD_DIM);
  const out = backend.createTensor("f32", rowsMax * QUERY_HEADS * HEAD_DIM);
  const frequencies = backend.createTensor("f32", HEAD_DIM / 2);
  const q = new Float32Array(rowsMax * QUERY_HEADS * HEAD_DIM);
  for (let i = 0; i < q.length; i++) q[i] = Math.cos(i * 0.37);
  backend.writeTensor(queries, q);
  const attend = async (length, rows) => {
    const pages = Array.from({ length: length / PAGE }, (_, i) => i);
    const segment = { role: "private", pages, skip: 0, length, firstPosition: 0, shift: 0, readers: [0] };
    const sequences = [{ sequence: 0, firstRow: 0, rows, firstPosition: length - rows }];
    const step = backend.plan({ sequences, reads: [{ layers: "all", kvHead: "all", segments: [segment] }] }, store);
    for (let l = 0; l < LAYERS; l++) {
      backend.attention({ step, store, layer: l, queries, queryHeads: QUERY_HEADS, out, scale: 0.125, frequencies });
    }
    await backend.submit();
  };
  for (const length of [512, 1024, 2048, 4096, 8192].filter((n) => n <= tokens)) {
    const { median, best } = await measure(() => attend(length, 1));
    const bytes = LAYERS * length * KV_HEADS * (2 * HEAD_DIM * BYTES[dtype] + (dtype === "int8" ? 8 : 0));
    const flop = LAYERS * length * QUERY_HEADS * HEAD_DIM * 4;
    const rate = (ms) => `${(bytes / ms / 1e6).toFixed(1)} GB/s ${(flop / ms / 1e6).toFixed(1)} GFLOP/s`;
    console.log(
      `decode  ${String(length).padStart(5)}: ${median.toFixed(2)} ms for ${LAYERS} layers, ${rate(median)} (best ${rate(best)})`,
    );
  }
  for (const length of [512, 2048, 4096].filter((n) => n <= tokens)) {
    const rows = 512;
    const { median, best } = await measure(() => attend(length, rows));
    // Scores and outputs that the causal mask leaves.
    const pairs = rows * (length - rows) + (rows * (rows + 1)) / 2;
    const flop = LAYERS * pairs * QUERY_HEADS * HEAD_DIM * 4;
    console.log(
      `prefill ${String(length).padStart(5)}: ${median.toFixed(1)} ms for ${rows} rows, ${(flop / median / 1e6).toFixed(1)} GFLOP/s (best ${(flop / best / 1e6).toFixed(1)})`,
    );
  }
  await backend.dispose();
}

for (const tier of Object.keys(TIERS)) {
  for (const dtype of DTYPES) {
    if ((process.argv[3] ?? tier) === tier && (process.argv[4] ?? dtype) === dtype) await bench(tier, dtype);
  }
}
