import type { KvStore } from "../../backend/kv-store.ts";
import type { LayerIndex, PageId } from "../../ids.ts";
import type { KvDtype } from "../../model/kv-dtype.ts";
import { kvBytesPerToken } from "../../model/model-shape.ts";
import { ropeFrequencies } from "../../reference/rope.ts";
import { bitDifference, NO_DIFFERENCE } from "../compare.ts";
import { SeededRandom } from "../seeded-random.ts";
import type { BackendBench } from "./backend-bench.ts";
import type { Benches, KitContext } from "./kit-context.ts";
import { modelShape } from "./model-shapes.ts";

const pageSize = 16;
const HEAD_DIMS = [32, 64, 80, 96, 128, 256] as const;

export function testKvStore(context: KitContext, dtypes: readonly KvDtype[]): void {
  for (const dtype of dtypes) testRounding(context, dtype);
  testCopies(context);
  testSplitAndStore(context, dtypes);
}

/** Largest error of a stored value relative to what was written, where the dtype's rounding may fall either way. */
function storeTolerance(context: KitContext, dtype: KvDtype): number {
  const rounding = { f32: 0, f16: 2 ** -10, bf16: 2 ** -7, int8: 1 / 127 }[dtype];
  return context.tolerance("rope") + rounding;
}

function testRounding(context: KitContext, dtype: KvDtype): void {
  context.it("kv store", `${dtype} tokens come back rounded to ${dtype} and nothing else`, async ({ subject, reference }) => {
    for (const headDim of HEAD_DIMS) {
      const shape = modelShape(2, [
        { kvHeads: 2, headDim },
        { kvHeads: 1, headDim },
      ]);
      const random = new SeededRandom(headDim);
      const stores = [subject, reference].map((bench) => createStore(bench, { shape, dtype, pageSize, pageCount: 3 })) as [
        KvStore,
        KvStore,
      ];
      for (const [page, offset, length] of [
        [2, 0, 16],
        [0, 5, 1],
        [0, 6, 10],
        [1, 15, 1],
      ] as const) {
        const count = length * 2 * headDim;
        const tokens = { keys: random.normals(count, 3), values: random.normals(count) };
        tokens.values.fill(0, 0, headDim);
        const read = [];
        for (const store of stores) {
          store.writeTokens(0 as LayerIndex, page as PageId, offset, tokens);
          read.push(await store.readTokens(0 as LayerIndex, page as PageId, offset, length));
        }
        const what = `head of ${headDim}, ${length} tokens from ${offset} of page ${page}`;
        for (const part of ["keys", "values"] as const) {
          const [got, want] = [read[0]?.[part] ?? [], read[1]?.[part] ?? []];
          if (dtype === "int8") context.expectNone(`${part} of ${what}`, stepDifference(got, tokens[part], headDim));
          else context.expectNone(`${part} of ${what}`, bitDifference(got, want));
        }
      }
    }
  });

  context.it("kv store", `${dtype} pages take the bytes they say`, async ({ subject }) => {
    const shape = modelShape(4, [
      { kvHeads: 2, headDim: 64 },
      { kvHeads: 2, headDim: 64, owner: 0 },
      { kvHeads: 1, headDim: 128 },
    ]);
    const store = createStore(subject, { shape, dtype, pageSize, pageCount: 8 });
    const least = kvBytesPerToken(shape, dtype) * pageSize;
    context.expectTrue(`page bytes ${store.pageBytes} hold ${least}`, store.pageBytes >= least);
    context.expectTrue(`page bytes ${store.pageBytes} waste less than a quarter of ${least}`, store.pageBytes <= least * 1.25);
    context.expectTrue(`${store.residentBytes} bytes hold 8 pages of ${store.pageBytes}`, store.residentBytes >= 8 * store.pageBytes);
  });
}

/** Describes the first int8 value further from what was written than half a step: where a tie falls is left to the backend. */
function stepDifference(got: ArrayLike<number>, written: Float32Array, headDim: number): string {
  for (let start = 0; start < written.length; start += headDim) {
    const head = written.subarray(start, start + headDim);
    const allowed = (head.reduce((most, value) => Math.max(most, Math.abs(value)), 0) / 127) * 0.5001;
    const worst = head.findIndex((value, index) => !(Math.abs((got[start + index] as number) - value) <= allowed));
    if (worst >= 0)
      return `element ${start + worst} is ${got[start + worst]} where ${head[worst]} was written: off by more than half a step, ${allowed}`;
  }
  return NO_DIFFERENCE;
}

function testCopies(context: KitContext): void {
  context.it("kv store", "copies whole pages of all layers, in order with other work", async ({ subject }) => {
    const shape = modelShape(1, [
      { kvHeads: 1, headDim: 32 },
      { kvHeads: 3, headDim: 64 },
    ]);
    const store = createStore(subject, { shape, dtype: "f32", pageSize, pageCount: 6 });
    const random = new SeededRandom(1);
    const written = shape.layers.map(({ kvHeads, headDim }, layer) => {
      const count = pageSize * kvHeads * headDim;
      const tokens = { keys: random.normals(count), values: random.normals(count) };
      store.writeTokens(layer as LayerIndex, 5 as PageId, 0, tokens);
      return tokens;
    });
    // Page 5 to 1 and on to 0; then 1 is overwritten, which 0 must not see.
    store.copyPages([
      { from: 5 as PageId, to: 1 as PageId },
      { from: 1 as PageId, to: 0 as PageId },
    ]);
    for (const [layer, { kvHeads, headDim }] of shape.layers.entries()) {
      const zeros = new Float32Array(kvHeads * headDim);
      store.writeTokens(layer as LayerIndex, 1 as PageId, 3, { keys: zeros, values: zeros });
    }
    for (const [layer, tokens] of written.entries()) {
      for (const page of [0, 5]) {
        const got = await store.readTokens(layer as LayerIndex, page as PageId, 0, pageSize);
        context.expectNone(`keys of layer ${layer}, page ${page}`, bitDifference(got.keys, tokens.keys));
        context.expectNone(`values of layer ${layer}, page ${page}`, bitDifference(got.values, tokens.values));
      }
    }
  });
}

function testSplitAndStore(context: KitContext, dtypes: readonly KvDtype[]): void {
  const first = dtypes[0] as KvDtype;
  for (const headDim of HEAD_DIMS) {
    context.it("splitAndStore", `heads of ${headDim}, 1 to 70 rows`, async (benches) => {
      for (const rows of [1, 2, 7, 16, 33, 70])
        await splitAndStore(context, benches, { headDim, rows, queryHeads: 6, kvHeads: 2, dtype: first });
    });
  }
  for (const dtype of dtypes) {
    context.it("splitAndStore", `${dtype} pages, QK-norm, RoPE scale, large positions`, async (benches) => {
      for (const [queryHeads, kvHeads] of [
        [1, 1],
        [7, 1],
        [8, 4],
        [3, 3],
      ] as const) {
        await splitAndStore(context, benches, {
          headDim: 64,
          rows: 5,
          queryHeads,
          kvHeads,
          dtype,
          hasNorm: true,
          ropeScale: 1.1386,
          firstPosition: 7990,
        });
      }
    });
  }
  context.it("splitAndStore", "a layer without KV of its own splits off queries and stores nothing", async (benches) => {
    await splitAndStore(context, benches, { headDim: 64, rows: 9, queryHeads: 4, kvHeads: 2, dtype: first, isOwner: false });
  });
}

interface SplitCase {
  readonly headDim: number;
  readonly rows: number;
  readonly queryHeads: number;
  readonly kvHeads: number;
  readonly dtype: KvDtype;
  readonly hasNorm?: boolean;
  readonly ropeScale?: number;
  readonly firstPosition?: number;
  readonly isOwner?: boolean;
}

async function splitAndStore(context: KitContext, { subject, reference }: Benches, split: SplitCase): Promise<void> {
  const { headDim, rows, queryHeads, kvHeads, dtype, hasNorm = false, ropeScale = 1, firstPosition = 0, isOwner = true } = split;
  const shape = modelShape(queryHeads, [
    { kvHeads, headDim },
    { kvHeads, headDim, ...(isOwner ? {} : { owner: 0 }) },
  ]);
  const layer = 1 as LayerIndex;
  const random = new SeededRandom(headDim * 100 + rows);
  const pageCount = Math.ceil(rows / pageSize) + 2;
  const slots = Int32Array.from(random.permutation(pageCount * pageSize).slice(0, rows));
  const width = (queryHeads + (isOwner ? 2 * kvHeads : 0)) * headDim;
  const data = {
    qkv: random.normals(rows * width),
    positions: Int32Array.from({ length: rows }, (_, row) => firstPosition + row),
    frequencies: ropeFrequencies(headDim, 10000),
    weights: [random.normals(headDim), random.normals(headDim)] as const,
  };
  const run = async (bench: BackendBench) => {
    const store = createStore(bench, { shape, dtype, pageSize, pageCount });
    const queries = bench.blank(rows * queryHeads * headDim);
    const norm = { queryWeight: bench.upload(data.weights[0]), keyWeight: bench.upload(data.weights[1]), epsilon: 1e-6 };
    bench.backend.splitAndStore({
      qkv: bench.upload(data.qkv),
      rows,
      queryHeads,
      positions: bench.upload(data.positions),
      frequencies: bench.upload(data.frequencies),
      ropeScale,
      ...(hasNorm ? { norm } : {}),
      queries,
      store,
      layer,
      slots: bench.upload(slots),
    });
    const stored = [];
    const owner = shape.layers[layer]?.owner ?? layer;
    for (let page = 0; page < pageCount; page++) stored.push(await store.readTokens(owner, page as PageId, 0, pageSize));
    return { queries: await bench.download(queries), stored };
  };
  const got = await run(subject);
  const want = await run(reference);
  const what = `${rows} rows, ${queryHeads} query and ${kvHeads} KV heads of ${headDim}`;
  context.expectClose(`queries, ${what}`, got.queries, want.queries, "rope");
  want.stored.forEach((tokens, page) => {
    for (const part of ["keys", "values"] as const) {
      context.expectClose(`${part} of page ${page}, ${what}`, got.stored[page]?.[part] ?? [], tokens[part], storeTolerance(context, dtype));
    }
  });
  subject.cleanUp();
}

/** A store that is disposed when its bench is cleaned up. */
export function createStore(bench: BackendBench, spec: Parameters<BackendBench["backend"]["createKvStore"]>[0]): KvStore {
  const store = bench.backend.createKvStore(spec);
  bench.onCleanup(() => store.dispose());
  return store;
}
