// Keys, values and queries of a model that reads one RULER prompt.
import { cpuNativeBackend, cpuWasmBackend } from "../../cpu-backend/dist/index.js";
import { createRulerTasks, PromptText } from "../../kv-eval/dist/index.js";
import { loadModel, openText, openWeightFile } from "../../model-runtime/dist/index.js";

const PAGE_SIZE = 16;
const SEQUENCE = 0;

/**
 * Runs a prompt and returns, per layer and KV head, `{ layer, kvHead, keys, values, queries }`: keys and values `[tokens, headDim]` of all
 * prompt tokens but the last `rows` (whole pages), queries `[rows * groupSize, headDim]` of those, by row. KV is held in f32.
 */
export async function captureHeads({ model: path, task: name, length, seed, rows, backend: tier, threads }) {
  const backend = await (tier === "cpu-wasm" ? cpuWasmBackend : cpuNativeBackend).create({ threads });
  const attentionCalls = [];
  const attention = backend.attention.bind(backend);
  backend.attention = (call) => {
    attentionCalls.push(call);
    attention(call);
  };
  const file = await openWeightFile(path);
  const model = await loadModel(file, backend);
  const prompts = new PromptText(openText(path, file));
  file.close();

  const task = createRulerTasks().find((known) => known.name === name);
  if (task === undefined) throw new Error(`There is no RULER task "${name}".`);
  const exercise = task.generate({ seed, length, countTokens: prompts.countTokens, overhead: prompts.overhead });
  const prompt = prompts.promptTokens(exercise, exercise.questions[0]).tokens;
  // Whole pages are encoded; the few tokens between them and the rows that ask are left out of both sides of the comparison.
  const tokens = Math.floor((prompt.length - rows) / 16) * 16;
  const { shape } = model.description;
  const pageCount = Math.ceil(prompt.length / PAGE_SIZE);
  const store = backend.createKvStore({ shape, dtype: "f32", pageSize: PAGE_SIZE, pageCount });
  const planOf = (first, count) =>
    backend.plan(
      {
        sequences: [{ sequence: SEQUENCE, firstRow: 0, rows: count, firstPosition: first }],
        reads: [
          {
            layers: "all",
            kvHead: "all",
            segments: [
              {
                role: "recent",
                pages: Array.from({ length: Math.ceil((first + count) / PAGE_SIZE) }, (_, page) => page),
                skip: 0,
                length: first + count,
                firstPosition: 0,
                shift: 0,
                readers: [SEQUENCE],
              },
            ],
          },
        ],
      },
      store,
    );
  const range = (first, count) => Int32Array.from({ length: count }, (_, row) => first + row);
  for (let done = 0; done < prompt.length - rows; done += model.maxRows) {
    const count = Math.min(model.maxRows, prompt.length - rows - done);
    const placement = { positions: range(done, count), slots: range(done, count) };
    const chunk = Int32Array.from(prompt.slice(done, done + count));
    model.forward({ tokens: chunk, ...placement, step: planOf(done, count), store, logitRows: new Int32Array() });
    await backend.submit();
  }

  // The last rows go through one layer at a time, so that each layer's queries can be read before the next overwrites them.
  const first = prompt.length - rows;
  const step = planOf(first, rows);
  model.embed(Int32Array.from(prompt.slice(first)), model.hidden);
  await backend.submit();
  const heads = [];
  for (let layer = 0; layer < shape.layers.length; layer++) {
    attentionCalls.length = 0;
    const placement = { positions: range(first, rows), slots: range(first, rows) };
    model.runLayers({ layers: { from: layer, to: layer + 1 }, hidden: model.hidden, ...placement, step, store });
    await backend.submit();
    if (attentionCalls.length !== 1) throw new Error(`Layer ${layer} ran ${attentionCalls.length} attentions.`);
    const [{ queries, queryHeads, scale }] = attentionCalls;
    const { kvHeads, headDim, owner } = shape.layers[layer];
    const groupSize = queryHeads / kvHeads;
    const rowQueries = await backend.readTensor(queries, 0, rows * queryHeads * headDim);
    const kv = await readTokens(store, owner, tokens);
    for (let kvHead = 0; kvHead < kvHeads; kvHead++) {
      const ofHead = (all) =>
        Float32Array.from(
          { length: tokens * headDim },
          (_, at) => all[(Math.floor(at / headDim) * kvHeads + kvHead) * headDim + (at % headDim)],
        );
      const own = new Float32Array(rows * groupSize * headDim);
      for (let row = 0; row < rows; row++) {
        const start = (row * queryHeads + kvHead * groupSize) * headDim;
        own.set(rowQueries.subarray(start, start + groupSize * headDim), row * groupSize * headDim);
      }
      heads.push({ layer, kvHead, scale, groupSize, headDim, tokens, keys: ofHead(kv.keys), values: ofHead(kv.values), queries: own });
    }
  }
  store.dispose();
  model.dispose();
  await backend.dispose();
  return { heads, prompt: prompt.length, task: name };
}

async function readTokens(store, layer, tokens) {
  const parts = [];
  for (let page = 0; page * PAGE_SIZE < tokens; page++) {
    parts.push(await store.readTokens(layer, page, 0, Math.min(PAGE_SIZE, tokens - page * PAGE_SIZE)));
  }
  return { keys: joined(parts.map(({ keys }) => keys)), values: joined(parts.map(({ values }) => values)) };
}

function joined(arrays) {
  const all = new Float32Array(arrays.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const array of arrays) {
    all.set(array, at);
    at += array.length;
  }
  return all;
}
