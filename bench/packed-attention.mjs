// Decode attention over packed tokens beside attention over dense pages of the same backend: rounds of all cases, interleaved, medians.
//
//   npm run build
//   node bench/packed-attention.mjs --threads 2 --out bench/results/packed-attention.json
//   node bench/packed-attention.mjs --cases "dense,paper" --tokens 8192     (cases whose names contain one of these)
//
// One query token of one sequence. Every layer has its own pages, as many layers as it takes to be larger than the caches. The byte bound
// of a case is what it has to read (keys that score, chosen blocks, rotations; for dense all keys and values) over the speed at which the
// backend copies pages, bytes read and written counted.
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { cpuNativeBackend, cpuWasmBackend } from "../packages/cpu-backend/dist/index.js";
import { provenance } from "./support/provenance.mjs";
import { median, summarise } from "./support/statistics.mjs";

const { values: flags } = parseArgs({
  options: {
    backend: { type: "string", default: "cpu-native" },
    threads: { type: "string", default: "2" },
    tokens: { type: "string", default: "8192,32768" },
    "query-heads": { type: "string", default: "32" },
    "kv-heads": { type: "string", default: "8" },
    "head-dim": { type: "string", default: "128" },
    megabytes: { type: "string", default: "130" },
    ratio: { type: "string", default: "0.1" },
    rounds: { type: "string", default: "25" },
    cases: { type: "string", default: "" },
    clock: { type: "string", default: "wall" },
    out: { type: "string" },
  },
});
const [threads, queryHeads, kvHeads, headDim] = ["threads", "query-heads", "kv-heads", "head-dim"].map((name) => Number(flags[name]));
const PAGE_SIZE = 64;
const PIECE_TOKENS = 512;
const BLOCK_TOKENS = 8;
const SCALE = headDim ** -0.5;
const ELEMENT_BITS = { bf16: 16, int8: 8, int4: 4 };
const where = provenance();
const factory = flags.backend === "cpu-wasm" ? cpuWasmBackend : cpuNativeBackend;
const backend = await factory.create({ threads });

/** @param share of the head's channels @param retained share of them that a vector keeps */
function format(elements, channels, retained, groupSize, elementsPerScale) {
  const count = retained * headDim;
  return { elements, channels: channels * headDim, retained: count, groupSize, elementsPerScale: elementsPerScale ?? count };
}
const FORMATS = {
  "bf16, r = D/4, a quarter truncated": format("bf16", 3 / 4, 1 / 4, 1),
  "bf16, r = D/4": format("bf16", 1, 1 / 4, 1),
  "bf16, r = D/4, g = 2": format("bf16", 1, 1 / 4, 2),
  "int8, r = D/4, g = 2": format("int8", 1, 1 / 4, 2),
  "int4, r = D/2": format("int4", 1, 1 / 2, 1, 16),
  "int4, r = D": format("int4", 1, 1, 1, 16),
};
const READS = ["mean-key", "max-key", "all"];
const wanted = flags.cases.split(",").filter((part) => part !== "");
const cases = Object.keys(FORMATS)
  .flatMap((name) =>
    READS.map((by) => ({
      name: `${name}: ${by}${name.includes("truncated") && by === "mean-key" ? " (the paper's)" : ""}`,
      format: name,
      by,
    })),
  )
  .filter(({ name }) => wanted.length === 0 || wanted.some((part) => name.includes(part)));

function vectorBytes({ elements, channels, retained, groupSize, elementsPerScale }) {
  const bitmap = retained === channels ? 0 : 2 * Math.ceil(channels / groupSize / 16);
  const scales = elements === "bf16" ? 0 : 2 * Math.ceil(retained / elementsPerScale);
  return Math.ceil((retained * ELEMENT_BITS[elements]) / 8) + bitmap + scales;
}

/** Bytes that a case reads in one layer. */
function bytesRead(one, tokens) {
  if (one.format === undefined) return tokens * kvHeads * headDim * 2 * 2;
  const vector = vectorBytes(FORMATS[one.format]);
  const state = 2 * (2 * FORMATS[one.format].channels * headDim + 4 * FORMATS[one.format].channels);
  const kept = one.by === "all" ? tokens : Math.floor((Number(flags.ratio) * tokens) / BLOCK_TOKENS) * BLOCK_TOKENS;
  const scored = { all: 0, "mean-key": tokens / BLOCK_TOKENS, "max-key": tokens }[one.by];
  const keys = one.by === "max-key" ? 0 : kept;
  return kvHeads * ((scored + keys + kept) * vector + state);
}

async function milliseconds(run) {
  const cpu = process.cpuUsage();
  const start = performance.now();
  await run();
  if (flags.clock === "wall") return performance.now() - start;
  const { user, system } = process.cpuUsage(cpu);
  return (user + system) / 1000 / threads;
}

let seed = 1;
/** Uniform in [-1, 1). */
const random = () => (seed = (Math.imul(seed, 1664525) + 1013904223) | 0) / 2 ** 31;

/** Tokens whose channels differ in energy, as those of models do. */
function tokens(count) {
  return Float32Array.from({ length: count * kvHeads * headDim }, (_, index) => 3 * 0.05 ** ((index % headDim) / headDim) * random());
}

function createStore(layers, pageCount) {
  const layer = { kind: "full", kvHeads, headDim };
  const shape = {
    layers: Array.from({ length: layers }, (_, owner) => ({ ...layer, owner })),
    queryHeads,
    maxPositions: 2 ** 20,
    keyEncoding: "post-rope",
    hasFixedFrequencies: true,
  };
  return backend.createKvStore({ shape, dtype: "f16", pageSize: PAGE_SIZE, pageCount });
}

/** Bytes per millisecond of copying pages. */
async function copySpeed() {
  const layers = 4 * threads;
  const pages = Math.ceil(2 ** 27 / (layers * kvHeads * headDim * 4 * PAGE_SIZE));
  const store = createStore(layers, 2 * pages);
  const copies = Array.from({ length: pages }, (_, page) => ({ from: page, to: pages + page }));
  return {
    async measure() {
      const time = await milliseconds(() => {
        store.copyPages(copies);
        return backend.submit();
      });
      return (2 * pages * store.pageBytes) / time;
    },
    dispose: () => store.dispose(),
  };
}

/** Encodes the first tokens of a store for all layers and heads; returns the segment's pieces. One state for each layer and head. */
async function encode(store, length, name, room) {
  const settings = {
    blockTokens: BLOCK_TOKENS,
    rotation: "second-moments",
    maxLoss: 1,
    keys: [FORMATS[name]],
    values: [FORMATS[name]],
  };
  const heads = store.spec.shape.layers.flatMap((_, layer) => Array.from({ length: kvHeads }, (__, kvHead) => ({ layer, kvHead })));
  const states = [];
  const pieces = [];
  for (let first = 0; first < length; first += PIECE_TOKENS) {
    const pages = Array.from({ length: PIECE_TOKENS / PAGE_SIZE }, (_, page) => first / PAGE_SIZE + page);
    const items = [];
    for (const [index, at] of heads.entries()) {
      const source = { ...at, pages, skip: 0, tokens: PIECE_TOKENS, codec: "mosaic-packed" };
      if (first === 0) {
        const { stateLength } = await store.fitEncoding({ ...source, settings });
        states[index] = { state: room(stateLength), stateLength };
        store.placeEncoded(states[index].state);
      }
      const { byteLength } = await store.encodeTokens({ ...source, state: states[index].state });
      const bytes = room(byteLength);
      store.placeEncoded(bytes);
      items.push({ bytes, byteLength, ...states[index] });
    }
    const directory = room(16 + 32 * items.length);
    store.writeDirectory(directory, { tokens: PIECE_TOKENS, items });
    pieces.push({ ...directory, pages: [], tokens: PIECE_TOKENS, loss: 0 });
  }
  return pieces;
}

async function openContext(length) {
  const layers = Math.max(1, Math.ceil((Number(flags.megabytes) * 1e6) / (length * kvHeads * headDim * 4)));
  const densePages = length / PAGE_SIZE;
  const used = [...new Set(cases.map(({ format: name }) => name))];
  const encodedShare = used.reduce((sum, name) => sum + (2.2 * vectorBytes(FORMATS[name])) / (4 * headDim), 0);
  const store = createStore(layers, densePages + Math.ceil(1.1 * encodedShare * densePages) + 8 * used.length);
  for (let page = 0; page < densePages; page++) {
    const kv = { keys: tokens(PAGE_SIZE), values: tokens(PAGE_SIZE) };
    for (let layer = 0; layer < layers; layer++) store.writeTokens(layer, page, 0, kv);
    await backend.submit();
  }
  let end = { page: densePages, offset: 0 };
  const room = (bytes) => {
    if (end.offset + bytes > store.pageBytes) end = { page: end.page + 1, offset: 0 };
    const at = { ...end };
    end.offset += 64 * Math.ceil(bytes / 64);
    return at;
  };
  const segment = { role: "context", skip: 0, length, firstPosition: 0, shift: 0, readers: [0] };
  const piecesOf = {};
  for (const name of used) {
    const start = performance.now();
    piecesOf[name] = await encode(store, length, name, room);
    console.error(`${length} tokens, ${layers} layers: encoded ${name} in ${((performance.now() - start) / 1000).toFixed(1)} s`);
  }
  const always = { sinkTokens: 0, recentTokens: 0 };
  const segmentOf = ({ format: name, by }) => {
    if (name === undefined) return { ...segment, pages: Array.from({ length: densePages }, (_, page) => page) };
    const selector = { kind: "top-blocks", by, keep: { ratio: Number(flags.ratio) }, blockTokens: BLOCK_TOKENS, always, per: "kv-head" };
    const encoding = { codec: "mosaic-packed", pieces: piecesOf[name] };
    return { ...segment, pages: [], encoding, ...(by !== "all" && { selector }) };
  };
  const [queries, out, frequencies] = [queryHeads * headDim, queryHeads * headDim, headDim / 2].map((n) => backend.createTensor("f32", n));
  backend.writeTensor(queries, Float32Array.from({ length: queryHeads * headDim }, random));
  async function attend(one) {
    const sequences = [{ sequence: 0, firstRow: 0, rows: 1, firstPosition: length }];
    const step = backend.plan({ sequences, reads: [{ layers: "all", kvHead: "all", segments: [segmentOf(one)] }] }, store);
    return milliseconds(() => {
      for (let layer = 0; layer < layers; layer++)
        backend.attention({ step, store, layer, queries, queryHeads, out, scale: SCALE, frequencies });
      return backend.submit();
    });
  }
  return { layers, attend, dispose: () => store.dispose() };
}

const copy = await copySpeed();
const copies = [];
const results = [];
for (const length of flags.tokens.split(",").map(Number)) {
  const context = await openContext(length);
  const all = [{ name: "dense f16" }, ...cases].map((one) => ({ ...one, times: [] }));
  for (let round = -1; round < Number(flags.rounds); round++) {
    // Every other round the other way round, so that what a case leaves in the caches helps none of them.
    for (const one of round % 2 === 0 ? all : all.toReversed()) {
      const time = (await context.attend(one)) / context.layers;
      if (round >= 0) one.times.push(time);
    }
    copies.push(await copy.measure());
  }
  const dense = all[0].times;
  const bytesPerMs = median(copies);
  results.push({
    tokens: length,
    layers: context.layers,
    cases: all.map((one) => ({
      name: one.name,
      msPerLayer: summarise(one.times),
      bytesPerLayer: bytesRead(one, length),
      shareOfByteBound: bytesRead(one, length) / bytesPerMs / median(one.times),
      timesDense: median(one.times.map((time, round) => dense[round] / time)),
    })),
  });
  context.dispose();
}
copy.dispose();
const copyGBs = summarise(copies.map((speed) => speed / 1e6));

console.log(`${backend.description}, ${where.machine.cpu}, load at start ${where.loadAverageAtStart.toFixed(1)}, ${flags.clock} time`);
console.log(`copying pages: ${copyGBs.median.toFixed(1)} GB/s read and written`);
for (const { tokens: length, layers, cases: measured } of results) {
  console.log(
    `\n${length} tokens, ${queryHeads} query and ${kvHeads} KV heads of ${headDim}, ${layers} layers; chosen: ${100 * Number(flags.ratio)} % of tokens`,
  );
  console.log(`${"".padEnd(62)}ms a layer  x dense  of byte bound`);
  for (const { name, msPerLayer, timesDense, shareOfByteBound } of measured) {
    const cells = [
      msPerLayer.median.toFixed(3).padStart(10),
      timesDense.toFixed(2).padStart(7),
      `${(100 * shareOfByteBound).toFixed(0)} %`.padStart(13),
    ];
    console.log(`${name.padEnd(62)}${cells.join("  ")}`);
  }
}
if (flags.out !== undefined) {
  const report = {
    ...where,
    command: process.argv.slice(2).join(" "),
    backend: backend.description,
    threads,
    clock: flags.clock,
    shape: { queryHeads, kvHeads, headDim },
    blockTokens: BLOCK_TOKENS,
    keepRatio: Number(flags.ratio),
    rounds: Number(flags.rounds),
    copyGBs,
    results,
  };
  writeFileSync(flags.out, `${JSON.stringify(report, null, 2)}\n`);
  console.log(`\nwritten: ${flags.out}`);
}
await backend.dispose();
