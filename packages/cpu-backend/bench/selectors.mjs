// Decode attention of many sequences over one shared context on the built package: the time of a step in which rows choose blocks,
// beside that of a step that reads everything. Representatives are computed once, when first needed.
// Usage: node bench/selectors.mjs [threads] [native|wasm] [dtype] [readers]
import { cpuNativeBackend, cpuWasmBackend } from "../dist/index.js";

const [threads = "2", tier = "native", dtype = "bf16", readers = "32"] = process.argv.slice(2);
const [KV_HEADS, QUERY_HEADS, HEAD_DIM, PAGE, LAYERS] = [3, 9, 64, 16, 8];
const [CONTEXT, OWN, READERS] = [4096, 64, Number(readers)];
const ROUNDS = 25;

const layer = { kind: "full", kvHeads: KV_HEADS, headDim: HEAD_DIM };
const shape = {
  layers: Array.from({ length: LAYERS }, (_, owner) => ({ ...layer, owner })),
  queryHeads: QUERY_HEADS,
  maxPositions: 2 * CONTEXT,
  keyEncoding: "post-rope",
  hasFixedFrequencies: true,
};
const backend = await { native: cpuNativeBackend, wasm: cpuWasmBackend }[tier].create({ threads: Number(threads) });
const ownPages = OWN / PAGE;
const contextPages = CONTEXT / PAGE;
// Room enough for the representatives of all cases below; a store keeps a sixteenth of its pages' bytes beyond what a step reads.
const pageCount = 4 * (contextPages + READERS * ownPages);
const store = backend.createKvStore({ shape, dtype, pageSize: PAGE, pageCount });

let state = 1;
const random = () => (state = (Math.imul(state, 1664525) + 1013904223) | 0) / 2 ** 31;
const numbers = (length, factor = 1) => Float32Array.from({ length }, () => factor * random());
for (let page = 0; page < contextPages + READERS * ownPages; page++) {
  const count = PAGE * KV_HEADS * HEAD_DIM;
  for (let l = 0; l < LAYERS; l++) store.writeTokens(l, page, 0, { keys: numbers(count), values: numbers(count) });
  await backend.submit();
}
const elements = READERS * QUERY_HEADS * HEAD_DIM;
const queries = backend.createTensor("f32", elements);
const out = backend.createTensor("f32", elements);
const frequencies = backend.createTensor("f32", HEAD_DIM / 2);
backend.writeTensor(queries, numbers(elements, 3));

const everyone = Array.from({ length: READERS }, (_, index) => index);
const pagesFrom = (first, length) => Array.from({ length }, (_, index) => first + index);
const fields = { skip: 0, shift: 0 };
const plan = (selector) => ({
  sequences: everyone.map((sequence) => ({ sequence, firstRow: sequence, rows: 1, firstPosition: CONTEXT + OWN - 1 })),
  reads: [
    {
      layers: "all",
      kvHead: "all",
      segments: [
        {
          ...fields,
          role: "shared-prefix",
          pages: pagesFrom(0, contextPages),
          length: CONTEXT,
          firstPosition: 0,
          readers: everyone,
          ...(selector && { selector }),
        },
        ...everyone.map((reader) => ({
          ...fields,
          role: "private",
          pages: pagesFrom(contextPages + reader * ownPages, ownPages),
          length: OWN,
          firstPosition: CONTEXT,
          readers: [reader],
        })),
      ],
    },
  ],
});
const cases = { everything: plan() };
for (const by of ["mean-key", "chunk-feature"]) {
  for (const blockTokens of [512, 128, 32]) {
    for (const ratio of [0.5, 0.25]) {
      const always = { sinkTokens: 4, recentTokens: 0 };
      cases[`${by}, blocks of ${blockTokens}, ${100 * ratio} %`] = plan({
        ...{ kind: "top-blocks", by, keep: { ratio }, blockTokens },
        ...{ always, per: "kv-head" },
      });
    }
  }
}

/** Milliseconds of one layer, the plan left out. */
async function step(planned) {
  const prepared = backend.plan(planned, store);
  const start = performance.now();
  for (let l = 0; l < LAYERS; l++) {
    backend.attention({ step: prepared, store, layer: l, queries, queryHeads: QUERY_HEADS, out, scale: 0.125, frequencies });
  }
  await backend.submit();
  return (performance.now() - start) / LAYERS;
}

console.log(`${backend.description}, KV ${dtype}, ${READERS} sequences over ${CONTEXT} shared tokens; milliseconds per layer`);
const first = {};
const times = {};
for (const [name, planned] of Object.entries(cases)) {
  first[name] = await step(planned);
  times[name] = [];
}
// Round by round, so that other work on the machine slows all cases alike.
for (let round = 0; round < ROUNDS; round++) {
  for (const [name, planned] of Object.entries(cases)) times[name].push(await step(planned));
}
const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];
for (const name of Object.keys(cases)) {
  const share = median(times[name]) / median(times.everything);
  console.log(`${name.padEnd(34)} ${median(times[name]).toFixed(3)} (x ${share.toFixed(2)}), first ${first[name].toFixed(2)}`);
}
console.log(`representatives: ${store.residentBytes - store.pageBytes * pageCount} of ${store.residentBytes} bytes, stamps included`);
await backend.dispose();
