import type {
  AttentionWork,
  CalibrationBench,
  KernelBackend,
  KvDtype,
  LayerIndex,
  ModelShape,
  PageId,
  Segment,
  SequenceId,
} from "@kvasir/kv-core";

const RUNS = 7;
/** Operators between two looks at the clock, for times that it tells apart. */
const OPERATORS = 4;
const LAYER = 0 as LayerIndex;
/** Tokens that every reader has besides, as in a real step: what is attended together is merged with what is not. */
const OWN_PAGES = 4;

export interface CalibrationModel {
  readonly shape: ModelShape;
  readonly headDim: number;
  readonly kvDtype: KvDtype;
  readonly pageSize: number;
  readonly maxTokens: number;
}

/** Times attention of one layer of a model with numbers of no meaning; memory is taken for one measurement at a time. */
export function createCalibrationBench(backend: KernelBackend, model: CalibrationModel): CalibrationBench {
  return { maxTokens: model.maxTokens, measureAttention: (work) => measure(backend, model, work) };
}

async function measure(backend: KernelBackend, model: CalibrationModel, { readers, tokens, isShared }: AttentionWork): Promise<number> {
  const { headDim, kvDtype, pageSize } = model;
  const { queryHeads, layers } = model.shape;
  const kvHeads = layers[LAYER]?.kvHeads ?? 1;
  const shape: ModelShape = { ...model.shape, layers: [{ kind: "full", kvHeads, headDim, owner: LAYER }] };
  const commonPages = Math.ceil(tokens / pageSize);
  const pageCount = commonPages + readers * OWN_PAGES;
  const store = backend.createKvStore({ shape, dtype: kvDtype, pageSize, pageCount });
  const rowElements = queryHeads * headDim;
  const queries = backend.createTensor("f32", readers * rowElements);
  const out = backend.createTensor("f32", readers * rowElements);
  const frequencies = backend.createTensor("f32", headDim / 2);
  try {
    const perPage = pageSize * kvHeads * headDim;
    const kv = { keys: noise(perPage, 1), values: noise(perPage, 2) };
    const pages = Array.from({ length: pageCount }, (_, page) => page as PageId);
    for (const page of pages) store.writeTokens(LAYER, page, 0, kv);
    backend.writeTensor(queries, noise(readers * rowElements, 3));
    const ids = Array.from({ length: readers }, (_, id) => id as SequenceId);
    const ownTokens = OWN_PAGES * pageSize;
    const ownPosition = commonPages * pageSize;
    const sequences = ids.map((sequence, firstRow) => ({ sequence, firstRow, rows: 1, firstPosition: ownPosition + ownTokens - 1 }));
    const common: Segment = {
      ...{ role: "context", pages: pages.slice(0, commonPages), skip: 0, length: tokens, firstPosition: 0, shift: 0, readers: ids },
    };
    const own = ids.map((id, index): Segment => {
      const from = commonPages + index * OWN_PAGES;
      return { ...common, pages: pages.slice(from, from + OWN_PAGES), length: ownTokens, firstPosition: ownPosition, readers: [id] };
    });
    const segments = [...(isShared ? [common] : ids.map((id) => ({ ...common, readers: [id] }))), ...own];
    let least = Infinity;
    for (let run = 0; run < RUNS; run++) {
      const plannedAt = performance.now();
      const step = backend.plan({ sequences, reads: [{ layers: "all", kvHead: "all", segments }] }, store);
      const planSeconds = (performance.now() - plannedAt) / 1000;
      for (let i = 0; i < OPERATORS; i++) {
        backend.attention({ step, store, layer: LAYER, queries, queryHeads, out, scale: headDim ** -0.5, frequencies });
      }
      const begunAt = performance.now();
      await backend.submit();
      const seconds = (performance.now() - begunAt) / 1000 / OPERATORS;
      // A step is planned once for all layers.
      least = Math.min(least, seconds + planSeconds / layers.length);
    }
    return least;
  } finally {
    for (const tensor of [queries, out, frequencies]) backend.disposeTensor(tensor);
    store.dispose();
  }
}

function noise(length: number, seed: number): Float32Array {
  return Float32Array.from({ length }, (_, index) => Math.sin(12.9898 * index + seed));
}
