import type { KvDtype, LayerIndex, ModelShape, PageId, Segment, Selector, SequenceId } from "@kvasir/kv-core";
import { afterAll, describe, expect, it } from "vitest";
import { buildKernels } from "../../scripts/build-kernels.mjs";
import { CpuBackend } from "../cpu-backend.ts";
import type { KernelHost } from "../host/kernel-host.ts";
import { NativeHost } from "../host/native-host.ts";
import { loadNativeLibrary } from "../host/native-library.ts";
import { WasmHost } from "../host/wasm-host.ts";

await buildKernels(() => {});

const PAGE_SIZE = 16;
const TOKENS = 700;
const LAYER = 0 as LayerIndex;
const SHAPE: ModelShape = {
  layers: [{ kind: "full", kvHeads: 2, headDim: 48, owner: LAYER }],
  queryHeads: 6,
  maxPositions: 1024,
  keyEncoding: "post-rope",
  hasFixedFrequencies: true,
};
const ROW = 6 * 48;

/** Numbers without a pattern, the same in every run. */
function noise(length: number, seed: number): Float32Array {
  return Float32Array.from({ length }, (_, index) => Math.sin(index * 12.9898 + seed * 78.233) * 2);
}

/** `toEqual` on long arrays takes seconds. */
function expectSameBits(found: Float32Array, wanted: Float32Array): void {
  expect(found.findIndex((value, index) => !Object.is(value, wanted[index]))).toBe(-1);
  expect(found.length).toBe(wanted.length);
}

interface Rows {
  readonly first: number;
  readonly count: number;
}

/** A sequence of the batch: its rows, how many of the cached tokens it reads, and the segments (cut in pages) these come in. */
interface Reader extends Rows {
  readonly tokens?: number;
  readonly cuts?: readonly number[];
}

/** Pages `[from, to)` that the plan gives to several readers at once. */
interface SharedPages {
  readonly from: number;
  readonly to: number;
  readonly readers: readonly number[];
}

/** Attention of the rows of some sequences that all read the same pages, one after the other. */
async function attend(
  backend: CpuBackend,
  dtype: KvDtype,
  readers: readonly Reader[],
  shared: readonly SharedPages[] = [],
  selector?: Selector,
): Promise<Float32Array> {
  const pageCount = Math.ceil(TOKENS / PAGE_SIZE);
  const store = backend.createKvStore({ shape: SHAPE, dtype, pageSize: PAGE_SIZE, pageCount });
  const perPage = PAGE_SIZE * 2 * 48;
  const pages = Array.from({ length: pageCount }, (_, index) => ((index * 7) % pageCount) as PageId);
  pages.forEach((page, index) => store.writeTokens(LAYER, page, 0, { keys: noise(perPage, index), values: noise(perPage, index + 0.5) }));
  const common = shared.map(({ from, to, readers: of }): Segment => {
    const position = { skip: 0, length: (to - from) * PAGE_SIZE, firstPosition: from * PAGE_SIZE, shift: 0 };
    return { role: "shared-prefix", pages: pages.slice(from, to), ...position, readers: of.map((reader) => reader as SequenceId) };
  });
  const own = readers.flatMap(({ tokens = TOKENS, cuts = [] }, reader) => {
    const begin = Math.max(0, ...shared.flatMap(({ to, readers: of }) => (of.includes(reader) ? [to] : [])));
    const borders = [begin, ...cuts.filter((cut) => cut > begin), Math.ceil(tokens / PAGE_SIZE)];
    return borders.slice(1).map((end, index): Segment => {
      const start = borders[index] ?? 0;
      const length = Math.min(end * PAGE_SIZE, tokens) - start * PAGE_SIZE;
      const firstPosition = start * PAGE_SIZE;
      return { role: "private", pages: pages.slice(start, end), skip: 0, length, firstPosition, shift: 0, readers: [reader as SequenceId] };
    });
  });
  // A reader's own pages stand before the shared ones, to show that the order of a plan does not matter.
  const segments = [...own, ...common].map((segment) => (selector === undefined ? segment : { ...segment, selector }));
  let rowCount = 0;
  const sequences = readers.map(({ first, count }, reader) => {
    rowCount += count;
    return { sequence: reader as SequenceId, firstRow: rowCount - count, rows: count, firstPosition: first };
  });
  const queries = backend.createTensor("f32", rowCount * ROW);
  const all = noise(TOKENS * ROW, 9);
  readers.forEach(({ first, count }, reader) => {
    backend.writeTensor(queries, all.slice(first * ROW, (first + count) * ROW), (sequences[reader]?.firstRow ?? 0) * ROW);
  });
  const out = backend.createTensor("f32", rowCount * ROW);
  const frequencies = backend.createTensor("f32", 24);
  const step = backend.plan({ sequences, reads: [{ layers: "all", kvHead: "all", segments }] }, store);
  for (let repeat = 0; repeat < 2; repeat++) {
    backend.attention({ step, store, layer: LAYER, queries, queryHeads: 6, out, scale: 0.2, frequencies });
  }
  await backend.submit();
  const result = (await backend.readTensor(out)) as Float32Array;
  for (const tensor of [queries, out, frequencies]) backend.disposeTensor(tensor);
  store.dispose();
  return result;
}

const library = await loadNativeLibrary(undefined);
const tiers: Record<string, (threads: number) => Promise<KernelHost>> = { WebAssembly: (threads) => WasmHost.create(threads) };
if ("reason" in library) it(`native (skipped: ${library.reason})`, () => {});
else tiers["native"] = (threads) => Promise.resolve(new NativeHost(library.functions, library.level, threads));

describe.each(Object.entries(tiers))("order of attention's arithmetic, %s", (_, createHost) => {
  const backends = [1, 2, 5].map(async (threads) => new CpuBackend(await createHost(threads), "cpu", "test", "f32"));
  const all: Rows = { first: 0, count: TOKENS };
  afterAll(async () => {
    for (const backend of backends) await (await backend).dispose();
  });

  describe.each(["f32", "f16", "bf16", "int8"] as const)("%s pages", (dtype) => {
    it("gives the same bits on any number of threads, for many rows and for one", async () => {
      const [one, ...others] = await Promise.all(backends);
      if (one === undefined) throw new Error("no backend");
      const last: Rows = { first: TOKENS - 1, count: 1 };
      const wanted = await attend(one, dtype, [all]);
      for (const backend of others) {
        expectSameBits(await attend(backend, dtype, [all]), wanted);
        expectSameBits(await attend(backend, dtype, [last]), wanted.slice(-ROW));
      }
    });

    it.each(["mean-key", "chunk-feature"])("gives the same bits on any number of threads where rows choose blocks by %s", async (by) => {
      const [one, ...others] = await Promise.all(backends);
      if (one === undefined) throw new Error("no backend");
      const always = { sinkTokens: 1, recentTokens: 1 };
      for (const blockTokens of [8, 16, 144]) {
        const selector: Selector = { kind: "top-blocks", by, keep: { ratio: 0.4 }, blockTokens, always, per: "kv-head" };
        const wanted = await attend(one, dtype, [all], [], selector);
        for (const backend of others) {
          expectSameBits(await attend(backend, dtype, [all], [], selector), wanted);
          for (const first of [200, 431, TOKENS - 1]) {
            const some = await attend(backend, dtype, [{ first, count: 1 }], [], selector);
            expectSameBits(some, wanted.slice(first * ROW, (first + 1) * ROW));
          }
        }
        const everything = await attend(one, dtype, [all], [], { ...selector, keep: { ratio: 1 } });
        expect(everything.some((value, index) => value !== wanted[index])).toBe(true);
      }
    });

    it("gives the same bits however the rows are cut into steps and the tokens into segments", async () => {
      const backend = await backends[1];
      if (backend === undefined) throw new Error("no backend");
      const wanted = await attend(backend, dtype, [all]);
      for (const [first, count] of [
        [0, 1],
        [63, 5],
        [255, 2],
        [300, 97],
        [690, 10],
      ] as const) {
        const part = await attend(backend, dtype, [{ first, count, cuts: [1, 17, 30] }]);
        expectSameBits(part, wanted.slice(first * ROW, (first + count) * ROW));
      }
    });

    it("gives the same bits where several sequences of a batch read the same pages", async () => {
      const backend = await backends[1];
      if (backend === undefined) throw new Error("no backend");
      const wanted = await attend(backend, dtype, [all]);
      const readers: Reader[] = [
        { first: 699, count: 1 },
        { first: 650, count: 3, cuts: [20] },
        { first: 590, count: 10, tokens: 600 },
        { first: 400, count: 40, tokens: 440 },
        { first: 698, count: 2 },
        { first: 10, count: 16, tokens: 26 },
      ];
      const nested: SharedPages[] = [
        { from: 0, to: 20, readers: [0, 1, 2, 3, 4] },
        { from: 20, to: 33, readers: [0, 1, 2, 4] },
        { from: 33, to: 37, readers: [0, 4] },
      ];
      for (const shared of [[], nested]) {
        const found = await attend(backend, dtype, readers, shared);
        let row = 0;
        for (const { first, count } of readers) {
          expectSameBits(found.slice(row * ROW, (row + count) * ROW), wanted.slice(first * ROW, (first + count) * ROW));
          row += count;
        }
      }
    });
  });
});
