// Does the gate of @kvasir/shared-attention ever make attention slower? Random batches of sequences that share beginnings, and parts of them
// share more, planned with the policy's answers and with nothing shared; attention alone, which a real step dilutes.
//
//   npm run build
//   node bench/shared-attention-gate.mjs --workloads 200 --kv-dtype bf16 --out gate.json
//
// Both plans of a workload are timed alternately and the least of each counts. Where the policy shares nothing the plans are the same, so that
// their ratios show what the machine's noise is.
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { cpuNativeBackend, cpuWasmBackend } from "../packages/cpu-backend/dist/index.js";
import { findSharedRuns, shareReads } from "../packages/kv-core/dist/index.js";
import { createCalibrationBench } from "../packages/model-runtime/dist/index.js";
import { describeCosts, sharedAttention } from "../packages/shared-attention/dist/index.js";
import { provenance } from "./support/provenance.mjs";
import { median } from "./support/statistics.mjs";

const { values: flags } = parseArgs({
  options: {
    backend: { type: "string", default: "cpu-native" },
    threads: { type: "string", default: "2" },
    shape: { type: "string", default: "kvasir-tiny" },
    "kv-dtype": { type: "string", default: "f16" },
    workloads: { type: "string", default: "200" },
    rounds: { type: "string", default: "7" },
    seed: { type: "string", default: "1" },
    out: { type: "string" },
  },
});
const SHAPES = {
  "kvasir-tiny": { layers: 8, queryHeads: 4, kvHeads: 2, headDim: 128 },
  "smollm2-135m": { layers: 30, queryHeads: 9, kvHeads: 3, headDim: 64 },
};
const PAGE_SIZE = 16;
const PAGES = 4096;
const OPERATORS = 4;
const MAX_SEQUENCES = 48;
const LIMIT = 1.05;

const where = provenance();
const { layers, queryHeads, kvHeads, headDim } = SHAPES[flags.shape];
const kvDtype = flags["kv-dtype"];
const factory = flags.backend === "cpu-wasm" ? cpuWasmBackend : cpuNativeBackend;
const backend = await factory.create({ threads: Number(flags.threads) });
const layer = { kind: "full", kvHeads, headDim, owner: 0 };
const oneLayer = { layers: [layer], queryHeads, maxPositions: 65_536, keyEncoding: "post-rope", hasFixedFrequencies: true };
const model = { ...oneLayer, layers: Array.from({ length: layers }, () => layer) };
const policy = sharedAttention({}).bind({ model, backend: backend.capabilities, kvDtype, pageSize: PAGE_SIZE });
const calibration = { shape: model, headDim, kvDtype, pageSize: PAGE_SIZE, maxTokens: 8192 };
const costs = await policy.calibrate(createCalibrationBench(backend, calibration), undefined);
console.log(`${backend.description}; ${flags.shape}, KV in ${kvDtype}\n\n${describeCosts(costs)}\n`);

const noise = (length, seed) => Float32Array.from({ length }, (_, index) => Math.sin(index * 12.9898 + seed));
const store = backend.createKvStore({ shape: oneLayer, dtype: kvDtype, pageSize: PAGE_SIZE, pageCount: PAGES });
const kv = { keys: noise(PAGE_SIZE * kvHeads * headDim, 1), values: noise(PAGE_SIZE * kvHeads * headDim, 2) };
for (let page = 0; page < PAGES; page++) store.writeTokens(0, page, 0, kv);
await backend.submit();

let state = Number(flags.seed);
/** A number in [0, 1) of a linear congruential generator. */
function random() {
  state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
  return state / 2 ** 32;
}
/** A whole number in [from, to), small ones as often as large ones by order of magnitude. */
const draw = (from, to) => Math.floor(from * (to / from) ** random());

/** Pages of each sequence of a batch: one to four groups, up to three branches in each, a few pages of their own. */
function drawSequences() {
  let next = 0;
  const take = (count) => Array.from({ length: count }, () => next++ % PAGES);
  const sequences = [];
  const groups = draw(1, 5);
  for (let group = 0; group < groups; group++) {
    const readers = draw(1, 33 / groups + 1);
    const common = take(draw(4, 250 / groups));
    const branches = Array.from({ length: draw(1, 4) }, () => take(Math.floor(random() * 40)));
    for (let reader = 0; reader < readers && sequences.length < MAX_SEQUENCES; reader++) {
      sequences.push([...common, ...branches[reader % branches.length], ...take(1 + Math.floor(random() * 8))]);
    }
  }
  return sequences;
}

/** Seconds of one layer's attention, by plan. */
async function measure(pagesOf) {
  const rows = pagesOf.length;
  const sequences = pagesOf.map((pages, id) => ({ sequence: id, firstRow: id, rows: 1, firstPosition: pages.length * PAGE_SIZE - 1 }));
  const reads = pagesOf.map((pages, id) => {
    const segment = { role: "private", pages, skip: 0, length: pages.length * PAGE_SIZE, firstPosition: 0, shift: 0, readers: [id] };
    return { sequence: id, rows: 1, plan: { layers: "all", kvHead: "all", segments: [segment] } };
  });
  const runs = findSharedRuns(reads, PAGE_SIZE);
  const answers = runs.length === 0 ? [] : policy.share(runs);
  const chosen = runs.filter((_, index) => answers[index]);
  const plans = { separate: reads.map(({ plan }) => plan), gated: shareReads(reads, chosen, PAGE_SIZE) };
  const tensors = [rows * queryHeads * headDim, rows * queryHeads * headDim, headDim / 2].map((size) => backend.createTensor("f32", size));
  const [queries, out, frequencies] = tensors;
  backend.writeTensor(queries, noise(rows * queryHeads * headDim, 3));
  const least = { separate: Infinity, gated: Infinity };
  for (let round = 0; round < Number(flags.rounds); round++) {
    for (const [name, planned] of Object.entries(plans)) {
      const step = backend.plan({ sequences, reads: planned }, store);
      for (let i = 0; i < OPERATORS; i++) {
        backend.attention({ step, store, layer: 0, queries, queryHeads, out, scale: headDim ** -0.5, frequencies });
      }
      const start = performance.now();
      await backend.submit();
      least[name] = Math.min(least[name], (performance.now() - start) / 1000 / OPERATORS);
    }
  }
  for (const tensor of tensors) backend.disposeTensor(tensor);
  const describe = ({ segment }, index) => ({ readers: segment.readers.length, tokens: segment.length, isShared: answers[index] });
  return { sequences: rows, runs: runs.map(describe), isShared: chosen.length > 0, ...least, ratio: least.gated / least.separate };
}

const workloads = [];
while (workloads.length < Number(flags.workloads)) workloads.push(await measure(drawSequences()));
const summaries = {};
for (const [title, isShared] of [
  ["something shared", true],
  ["nothing shared (same plans)", false],
]) {
  const ratios = workloads.filter((workload) => workload.isShared === isShared).map(({ ratio }) => ratio);
  if (ratios.length === 0) continue;
  const slower = ratios.filter((ratio) => ratio > LIMIT).length;
  const summary = { workloads: ratios.length, median: median(ratios), best: Math.min(...ratios), worst: Math.max(...ratios), slower };
  summaries[title] = summary;
  const numbers = `time relative to separate: median ${summary.median.toFixed(2)}, ${summary.best.toFixed(2)} to ${summary.worst.toFixed(2)}`;
  console.log(`${title}: ${ratios.length} workloads, ${numbers}; above ${LIMIT}: ${slower}`);
}
if (flags.out !== undefined) {
  writeFileSync(flags.out, `${JSON.stringify({ ...where, flags, backend: backend.description, costs, summaries, workloads }, null, 1)}\n`);
}
store.dispose();
await backend.dispose();
