import {
  type BytesAt,
  CodecDataError,
  type EncodedDirectory,
  KernelFailedError,
  type KvStore,
  type LayerIndex,
  type PageId,
  type TokenSource,
} from "@kvasir/kv-core";
import { SeededRandom } from "@kvasir/kv-core/testing";
import { afterEach, describe, expect, it } from "vitest";
import { buildKernels } from "../../scripts/build-kernels.mjs";
import { CpuBackend } from "../cpu-backend.ts";
import type { KernelHost } from "../host/kernel-host.ts";
import { HOST_NAMES, openHost } from "../linear/testing/hosts.ts";

await buildKernels(() => {});

const [HEADS, HEAD_DIM, PAGE_SIZE, TOKENS] = [2, 64, 32, 150];
const DENSE_PAGES = Math.ceil(TOKENS / PAGE_SIZE);
const page = (id: number): PageId => id as PageId;
const layer = (index: number): LayerIndex => index as LayerIndex;
const PAGES = Array.from({ length: DENSE_PAGES }, (_, index) => page(index));
const STATE = { page: page(DENSE_PAGES), offset: 128 };

const candidate = (retained: number, groupSize: number, elements: string): object => ({ channels: 48, retained, groupSize, elements });
const SETTINGS = {
  maxLoss: 0.1,
  keys: [candidate(8, 4, "int4"), candidate(16, 2, "int8"), candidate(24, 1, "bf16")],
  values: [candidate(16, 1, "bf16")],
};
const source: TokenSource & { readonly codec: string } = {
  layer: layer(2),
  kvHead: 1,
  pages: PAGES,
  skip: 3,
  tokens: TOKENS - 5,
  codec: "mosaic-packed",
};

const hosts: KernelHost[] = [];
afterEach(async () => {
  for (const host of hosts.splice(0)) await host.dispose();
});

/** A store with the same random tokens whatever the host; layer 1 has layer 0's KV. */
async function createStore(name: (typeof HOST_NAMES)[number], threads: number): Promise<KvStore | string> {
  const host = await openHost(name, threads);
  if (typeof host === "string") return host;
  hosts.push(host);
  const store = new CpuBackend(host, "cpu", name, "f32").createKvStore({
    shape: {
      layers: [0, 0, 2].map((owner) => ({ kind: "full", kvHeads: HEADS, headDim: HEAD_DIM, owner: layer(owner) })),
      queryHeads: HEADS,
      maxPositions: 1024,
      keyEncoding: "post-rope",
      hasFixedFrequencies: true,
    },
    dtype: "bf16",
    pageSize: PAGE_SIZE,
    pageCount: DENSE_PAGES + 4,
  });
  const random = new SeededRandom(1);
  for (const id of PAGES) {
    const numbers = (): Float32Array => random.normals(PAGE_SIZE * HEADS * HEAD_DIM).map((x, at) => x / (1 + (at % HEAD_DIM)));
    store.writeTokens(layer(2), id, 0, { keys: numbers(), values: numbers() });
  }
  return store;
}

async function wasmStore(): Promise<KvStore> {
  return (await createStore("wasm", 1)) as KvStore;
}

async function fitAndEncode(store: KvStore): Promise<{ readonly directory: BytesAt; readonly loss: number }> {
  const { stateLength } = await store.fitEncoding({ ...source, settings: SETTINGS });
  store.placeEncoded(STATE);
  const { byteLength, loss } = await store.encodeTokens({ ...source, state: STATE });
  const bytes = { page: page(DENSE_PAGES + 1), offset: 64 };
  store.placeEncoded(bytes);
  const nowhere = { bytes: STATE, byteLength: 0, state: STATE, stateLength: 0 };
  const directory = { page: page(DENSE_PAGES + 2), offset: 192 };
  store.writeDirectory(directory, {
    tokens: source.tokens,
    items: [nowhere, nowhere, nowhere, { bytes, byteLength, state: STATE, stateLength }],
  });
  return { directory, loss };
}

it.each(HOST_NAMES)("packs to the same bits on any number of threads (%s)", async (name) => {
  const results: unknown[] = [];
  for (const threads of [1, 2, 5]) {
    const store = await createStore(name, threads);
    if (typeof store === "string") {
      process.stdout.write(`Skipped on ${name}: ${store}\n`);
      return;
    }
    const { directory, loss } = await fitAndEncode(store);
    results.push({ ...(await store.readEncoded(directory, layer(2), 1)), loss });
  }
  expect(results[1]).toEqual(results[0]);
  expect(results[2]).toEqual(results[0]);
});

it("reads back what was placed, and other items as theirs", async () => {
  const store = await wasmStore();
  const { directory } = await fitAndEncode(store);
  const { shape, bytes, state } = await store.readEncoded(directory, layer(2), 1);
  expect(shape).toEqual({ tokens: source.tokens, headDim: HEAD_DIM });
  expect([...bytes.subarray(0, 4)].map((byte) => String.fromCodePoint(byte)).join("")).toBe("MSPK");
  expect([...state.subarray(0, 4)].map((byte) => String.fromCodePoint(byte)).join("")).toBe("MSST");
  expect((await store.readEncoded(directory, layer(0), 1)).bytes).toHaveLength(0);
});

it("encodes after what is enqueued, and leaves dense pages as they are", async () => {
  const store = await wasmStore();
  const before = await store.readTokens(layer(2), page(0), 0, PAGE_SIZE);
  await fitAndEncode(store);
  expect(await store.readTokens(layer(2), page(0), 0, PAGE_SIZE)).toEqual(before);
  const zeros = new Float32Array(PAGE_SIZE * HEADS * HEAD_DIM);
  for (const id of PAGES) store.writeTokens(layer(2), id, 0, { keys: zeros, values: zeros });
  expect((await store.encodeTokens({ ...source, state: STATE })).loss).toBe(0);
});

it("counts the memory it works in", async () => {
  const store = await wasmStore();
  const before = store.residentBytes;
  await fitAndEncode(store);
  expect(store.residentBytes).toBeGreaterThan(before + 2 * 4 * source.tokens * HEAD_DIM);
});

describe("refuses", () => {
  const fails = async (run: (store: KvStore) => unknown, error: new (...args: never[]) => Error, message: RegExp): Promise<void> => {
    const store = await wasmStore();
    await fitAndEncode(store);
    const thrown: unknown = await Promise.resolve(store)
      .then(run)
      .catch((reason: unknown) => reason);
    expect(thrown).toBeInstanceOf(error);
    expect((thrown as Error).message).toMatch(message);
  };
  const fit = (change: object) => (store: KvStore) => store.fitEncoding({ ...source, settings: SETTINGS, ...change });
  const encode = (change: object) => (store: KvStore) => store.encodeTokens({ ...source, state: STATE, ...change });
  const directory: EncodedDirectory = { tokens: 1, items: [] };

  it.each<[string, (store: KvStore) => unknown, RegExp]>([
    ["another codec", fit({ codec: "zip" }), /codec "zip" is not known/],
    ["another codec's tokens", encode({ codec: "dense" }), /codec "dense" is not known/],
    ["a layer without KV", fit({ layer: 1 }), /layer 1 owns no KV/],
    ["a layer that is not there", encode({ layer: 7 }), /layer 7 owns no KV/],
    ["a head that is not there", fit({ kvHead: 2 }), /KV head 2 is not one of the 2/],
    ["a page that is not there", encode({ pages: [...PAGES, 99] }), /page 99 is not one of/],
    ["no tokens", fit({ tokens: 0 }), /0 tokens from slot 3/],
    ["more tokens than pages hold", encode({ tokens: 5 * PAGE_SIZE - 2 }), /158 tokens from slot 3 on do not lie in 5 pages of 32/],
    ["to place at an odd offset", (store) => store.placeEncoded({ page: page(0), offset: 65 }), /offset 65 is no multiple of 64/],
    ["to place beyond a page", (store) => store.placeEncoded({ page: page(0), offset: store.pageBytes - 64 }), /reach beyond a page/],
    ["to place in no page", (store) => store.placeEncoded({ page: page(99), offset: 0 }), /page 99 is not one of/],
    [
      "a directory at a page's end",
      (store) => store.writeDirectory({ page: page(0), offset: store.pageBytes }, directory),
      /offset \d+ is no multiple/,
    ],
    ["to read a head that is not there", (store) => store.readEncoded(STATE, layer(2), 5), /KV head 5 is not one of the 2/],
  ])("%s", async (_, run, message) => fails(run, KernelFailedError, message));

  it.each<[string, (store: KvStore) => unknown, RegExp]>([
    ["a state where there is none", encode({ state: { page: page(DENSE_PAGES), offset: 0 } }), /state does not start with its mark/],
    ["a prior where there is none", fit({ prior: { page: page(DENSE_PAGES), offset: 0 } }), /state does not start with its mark/],
    ["a directory where there is none", (store) => store.readEncoded(STATE, layer(2), 1), /directory does not start with its mark/],
  ])("%s", async (_, run, message) => fails(run, CodecDataError, message));

  it("to place before anything is made", async () => {
    const store = await wasmStore();
    expect(() => store.placeEncoded(STATE)).toThrow(/nothing has been fitted or encoded/);
  });

  it("to place again what a failed call has replaced", async () => {
    const store = await wasmStore();
    await fitAndEncode(store);
    const bad = new Float32Array(PAGE_SIZE * HEADS * HEAD_DIM).fill(Number.NaN);
    store.writeTokens(layer(2), page(0), 0, { keys: bad, values: bad });
    await expect(store.encodeTokens({ ...source, state: STATE })).rejects.toThrow(/not finite/);
    expect(() => store.placeEncoded(STATE)).toThrow(/nothing has been fitted or encoded/);
  });
});
