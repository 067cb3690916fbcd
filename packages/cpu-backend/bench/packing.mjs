// Packing the KV of a prompt in the format "mosaic-packed", beside prefilling it: time and share of energy lost, on the built packages.
// Usage: node bench/packing.mjs <model> [threads] [native|wasm] [dtype] [tokens]
import { createRulerTasks, PromptText } from "../../kv-eval/dist/index.js";
import { loadModel, openText, openWeightFile } from "../../model-runtime/dist/index.js";
import { cpuNativeBackend, cpuWasmBackend } from "../dist/index.js";

const [path, threads = "2", tier = "native", dtype = "bf16", length = "1024"] = process.argv.slice(2);
const [PAGE, SEQUENCE, ROUNDS] = [64, 0, 5];
const tokens = Number(length);

const backend = await { native: cpuNativeBackend, wasm: cpuWasmBackend }[tier].create({ threads: Number(threads) });
const file = await openWeightFile(path);
const model = await loadModel(file, backend);
const prompts = new PromptText(openText(path, file));
file.close();
const task = createRulerTasks().find(({ name }) => name === "niah_single_2");
const exercise = task.generate({ seed: 1, length: tokens + 256, countTokens: prompts.countTokens, overhead: prompts.overhead });
const prompt = prompts.promptTokens(exercise, exercise.questions[0]).tokens.slice(0, tokens);
if (prompt.length < tokens) throw new Error(`The prompt has only ${prompt.length} tokens.`);

const { shape } = model.description;
const pages = Array.from({ length: Math.ceil(tokens / PAGE) }, (_, page) => page);
const store = backend.createKvStore({ shape, dtype, pageSize: PAGE, pageCount: 2 * pages.length + 2 });
const range = (first, count) => Int32Array.from({ length: count }, (_, row) => first + row);
const median = (times) => times.toSorted((a, b) => a - b)[times.length >> 1];

async function prefill() {
  for (let first = 0; first < tokens; first += model.maxRows) {
    const count = Math.min(model.maxRows, tokens - first);
    const segment = { role: "recent", pages, skip: 0, length: first + count, firstPosition: 0, shift: 0, readers: [SEQUENCE] };
    const step = backend.plan(
      {
        sequences: [{ sequence: SEQUENCE, firstRow: 0, rows: count, firstPosition: first }],
        reads: [
          {
            layers: "all",
            kvHead: "all",
            segments: [{ ...segment, pages: pages.slice(0, Math.ceil((first + count) / PAGE)) }],
          },
        ],
      },
      store,
    );
    const placement = { positions: range(first, count), slots: range(first, count) };
    model.forward({ tokens: Int32Array.from(prompt.slice(first, first + count)), ...placement, step, store, logitRows: new Int32Array() });
    await backend.submit();
  }
}

async function timed(work) {
  const times = [];
  for (let round = 0; round < ROUNDS; round++) {
    const start = performance.now();
    await work();
    times.push(performance.now() - start);
  }
  return median(times);
}

const candidate = (headDim, channels, retained, groupSize, elements, elementsPerScale) => ({
  ...{ channels: channels * headDim, retained: retained * headDim, groupSize, elements },
  elementsPerScale: elementsPerScale ?? retained * headDim,
});
/** Settings per head dimension. */
const SETTINGS = {
  "one: bf16, a quarter": (dim) => ({ maxLoss: 0, both: [candidate(dim, 3 / 4, 1 / 4, 1, "bf16")] }),
  "one: int4, half in pairs": (dim) => ({ maxLoss: 0, both: [candidate(dim, 1, 1 / 2, 2, "int4", 16)] }),
  "9 to choose from, 5 % lost": (dim) => ({
    maxLoss: 0.05,
    both: [1, 2, 4].flatMap((group) => [1 / 8, 1 / 4, 1 / 2].map((kept) => candidate(dim, 3 / 4, kept, group, "int8"))),
  }),
  "9 to choose from, all measured": (dim) => ({ ...SETTINGS["9 to choose from, 5 % lost"](dim), maxLoss: 0 }),
};
const heads = shape.layers.flatMap(({ owner, kvHeads, headDim }, layer) =>
  owner === layer ? Array.from({ length: kvHeads }, (_, kvHead) => ({ layer, kvHead, headDim })) : [],
);

async function pack(make) {
  const state = { page: pages.length, offset: 0 };
  let [fit, encode, bytes, loss] = [0, 0, 0, 0];
  for (const { layer, kvHead, headDim } of heads) {
    const { maxLoss, both } = make(headDim);
    const settings = { blockTokens: 8, rotation: "second-moments", maxLoss, keys: both, values: both };
    const call = { layer, kvHead, pages, skip: 0, tokens, codec: "mosaic-packed" };
    const start = performance.now();
    await store.fitEncoding({ ...call, settings });
    store.placeEncoded(state);
    const middle = performance.now();
    const made = await store.encodeTokens({ ...call, state });
    fit += middle - start;
    encode += performance.now() - middle;
    bytes += made.byteLength;
    loss += made.loss / heads.length;
  }
  return { fit, encode, bytes, loss };
}

await prefill();
const reference = await timed(prefill);
const dense = pages.length * store.pageBytes;
console.log(
  `${backend.description}, ${dtype} pages: prefill of ${tokens} tokens ${reference.toFixed(0)} ms, ${heads.length} KV heads of all layers`,
);
for (const [name, make] of Object.entries(SETTINGS)) {
  const rounds = [];
  for (let round = 0; round < ROUNDS; round++) rounds.push(await pack(make));
  const [fit, encode] = [median(rounds.map((round) => round.fit)), median(rounds.map((round) => round.encode))];
  const { bytes, loss } = rounds[0];
  const share = ((100 * (fit + encode)) / reference).toFixed(1);
  const parts = `fit ${fit.toFixed(0)} ms, encode ${encode.toFixed(0)} ms, ${share} % of prefill`;
  console.log(`${name}: ${parts}; ${(dense / bytes).toFixed(2)} times smaller, ${(100 * loss).toFixed(2)} % of energy lost`);
}
store.dispose();
model.dispose();
await backend.dispose();
