import type { LayerIndex, ModelShape, PageId, SequenceId } from "@kvasir/kv-core";
import { afterAll, describe, expect, it } from "vitest";
import { buildKernels } from "../../scripts/build-kernels.mjs";
import { CpuBackend } from "../cpu-backend.ts";
import type { KernelHost } from "../host/kernel-host.ts";
import { NativeHost } from "../host/native-host.ts";
import { loadNativeLibrary } from "../host/native-library.ts";
import { WasmHost } from "../host/wasm-host.ts";

await buildKernels(() => {});

const PAGE_SIZE = 16;
const PAGES = 6;
const HEAD_DIM = 48;
const QUERY_HEADS = 3;
const LAYER = 0 as LayerIndex;
const SHAPE: ModelShape = {
  layers: [{ kind: "full", kvHeads: 1, headDim: HEAD_DIM, owner: LAYER }],
  queryHeads: QUERY_HEADS,
  maxPositions: 1024,
  keyEncoding: "post-rope",
  hasFixedFrequencies: true,
};

function noise(length: number, seed: number): Float32Array {
  return Float32Array.from({ length }, (_, index) => Math.sin(index * 12.9898 + seed * 78.233));
}

interface Read {
  readonly skip: number;
  readonly length: number;
}

interface Cached {
  readonly rows: number;
  readonly reads: readonly Read[];
  /** Of all slots, `[PAGES * PAGE_SIZE, HEAD_DIM]`. */
  readonly keys: Float32Array;
  readonly values: Float32Array;
  readonly queries?: Float32Array;
}

/** Attention of rows that see all of some runs of slots. */
async function attend(backend: CpuBackend, { rows, reads, keys, values, queries: data }: Cached): Promise<Float32Array> {
  const store = backend.createKvStore({ shape: SHAPE, dtype: "bf16", pageSize: PAGE_SIZE, pageCount: PAGES });
  const slots = PAGE_SIZE * HEAD_DIM;
  const pages = Array.from({ length: PAGES }, (_, page) => page as PageId);
  for (const page of pages) {
    const tokens = { keys: keys.slice(page * slots, (page + 1) * slots), values: values.slice(page * slots, (page + 1) * slots) };
    store.writeTokens(LAYER, page, 0, tokens);
  }
  const sequence = 0 as SequenceId;
  let firstPosition = 0;
  const segments = reads.map(({ skip, length }) => {
    const first = Math.floor(skip / PAGE_SIZE);
    firstPosition += length;
    return {
      role: "private" as const,
      pages: pages.slice(first, Math.ceil((skip + length) / PAGE_SIZE)),
      skip: skip % PAGE_SIZE,
      length,
      firstPosition: firstPosition - length,
      shift: 0,
      readers: [sequence],
    };
  });
  const rowLength = QUERY_HEADS * HEAD_DIM;
  const queries = backend.createTensor("f32", rows * rowLength);
  const out = backend.createTensor("f32", rows * rowLength);
  const frequencies = backend.createTensor("f32", HEAD_DIM / 2);
  backend.writeTensor(queries, data ?? noise(rows * rowLength, 3));
  const sequences = [{ sequence, firstRow: 0, rows, firstPosition }];
  const step = backend.plan({ sequences, reads: [{ layers: "all", kvHead: "all", segments }] }, store);
  // LN_2, so that scores, which are logarithms to base 2, are products of queries and keys.
  backend.attention({ step, store, layer: LAYER, queries, queryHeads: QUERY_HEADS, out, scale: Math.LN2, frequencies });
  await backend.submit();
  const result = (await backend.readTensor(out)) as Float32Array;
  for (const tensor of [queries, out, frequencies]) backend.disposeTensor(tensor);
  store.dispose();
  return result;
}

const tiers: Record<string, () => Promise<KernelHost>> = { WebAssembly: () => WasmHost.create(1) };
for (const level of process.arch === "arm64" ? ["baseline"] : ["v2", "v3", "v4", "v4-dot"]) {
  const library = await loadNativeLibrary(level);
  if ("reason" in library) it(`native ${level} (skipped: ${library.reason})`, () => {});
  else tiers[`native ${level}`] = () => Promise.resolve(new NativeHost(library.functions, library.level, 1));
}

describe.each(Object.entries(tiers))("attention over bf16 pages, %s", (_, createHost) => {
  const opened = (async () => new CpuBackend(await createHost(), "cpu", "test", "f32"))();
  const all = PAGES * PAGE_SIZE * HEAD_DIM;
  // Runs that begin and end at odd slots, one of a single token, and gaps between runs in a tile and in a block.
  const reads: readonly Read[] = [
    { skip: 3, length: 8 },
    { skip: 15, length: 1 },
    { skip: 17, length: 20 },
    { skip: 41, length: 54 },
  ];
  const isRead = (slot: number): boolean => reads.some(({ skip, length }) => slot >= skip && slot < skip + length);
  afterAll(async () => (await opened).dispose());

  it.each([1, 3, 40])("keeps what is not read out of pairs, even NaN, %i rows", async (rows) => {
    const keys = noise(all, 1);
    const values = noise(all, 2);
    const wanted = await attend(await opened, { rows, reads, keys, values });
    const spoil = (data: Float32Array): Float32Array =>
      data.map((element, index) => (isRead(Math.floor(index / HEAD_DIM)) ? element : index % 2 === 0 ? NaN : Infinity));
    const found = await attend(await opened, { rows, reads, keys: spoil(keys), values: spoil(values) });
    expect(found.every((element) => Number.isFinite(element))).toBe(true);
    expect(found).toEqual(wanted);
  });

  it("adds up the rounded probabilities: the mean of equal values is that value", async () => {
    const values = Float32Array.from({ length: all }, (_, index) => 1 + (index % HEAD_DIM) / 64);
    const found = await attend(await opened, { rows: 5, reads, keys: noise(all, 1), values });
    const worst = found.reduce((most, element, index) => Math.max(most, Math.abs(element - (1 + (index % HEAD_DIM) / 64))), 0);
    expect(worst).toBeLessThan(2e-6);
  });

  it.each([1, 40])("rounds queries to the nearest bf16, %i rows", async (rows) => {
    const cached = { rows, reads, keys: noise(all, 1), values: noise(all, 2) };
    const exact = Float32Array.from({ length: rows * QUERY_HEADS * HEAD_DIM }, (_, index) => ((index * 37) % 255) / 128 - 1);
    const wanted = await attend(await opened, { ...cached, queries: exact });
    // Less than half a step of 2^-8 of the element.
    const near = await attend(await opened, { ...cached, queries: exact.map((element) => element * (1 + 2 ** -10)) });
    const far = await attend(await opened, { ...cached, queries: exact.map((element) => element * (1 + 2 ** -6)) });
    expect(near).toEqual(wanted);
    expect(far).not.toEqual(wanted);
  });
});
