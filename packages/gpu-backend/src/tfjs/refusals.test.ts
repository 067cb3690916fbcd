import type { KernelBackend, KvDtype, KvStoreSpec, LayerIndex, PageId, Segment, SequenceId } from "@kvasir/kv-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadEngine } from "./testing/load-engine.ts";
import { tfjsBackend } from "./tfjs-backend-factory.ts";

const LAYER = 0 as LayerIndex;
const SPEC: KvStoreSpec = {
  shape: {
    layers: [{ kind: "full", kvHeads: 1, headDim: 32, owner: LAYER }],
    queryHeads: 1,
    maxPositions: 64,
    keyEncoding: "post-rope",
    hasFixedFrequencies: true,
  },
  dtype: "f32",
  pageSize: 16,
  pageCount: 2,
};

let backend: KernelBackend;
beforeAll(async () => {
  backend = await tfjsBackend({ tf: await loadEngine("cpu") }).create({});
});
afterAll(() => backend.dispose());

describe("what TensorFlow.js cannot hold", () => {
  it.each<KvDtype>(["f16", "bf16", "int8"])("refuses KV in %s by name", (dtype) => {
    expect(() => backend.createKvStore({ ...SPEC, dtype })).toThrow(new RegExp(`no type to keep ${dtype} in; keep KV in f32`));
  });

  it("refuses to encode pages and to attend encoded ones", async () => {
    const store = backend.createKvStore(SPEC);
    const source = { layer: LAYER, kvHead: 0, pages: [0 as PageId], skip: 0, tokens: 4, codec: "mosaic-packed" };
    const at = { page: 0 as PageId, offset: 0 };
    await expect(store.fitEncoding({ ...source, settings: {} })).rejects.toThrow(/dense f32 KV only/);
    await expect(store.encodeTokens({ ...source, state: at })).rejects.toThrow(/dense f32 KV only/);
    expect(() => store.placeEncoded(at)).toThrow(/dense f32 KV only/);
    expect(() => store.writeDirectory(at, { tokens: 4, items: [] })).toThrow(/dense f32 KV only/);
    await expect(store.readEncoded(at, LAYER, 0)).rejects.toThrow(/dense f32 KV only/);
    const reader = 0 as SequenceId;
    const segment: Segment = {
      ...{ role: "private", pages: [0 as PageId], skip: 0, length: 4, firstPosition: 0, shift: 0, readers: [reader] },
      encoding: { codec: "mosaic-packed", pieces: [] },
    };
    const plan = {
      sequences: [{ sequence: reader, firstRow: 0, rows: 1, firstPosition: 4 }],
      reads: [{ layers: "all", kvHead: "all", segments: [segment] }],
    } as const;
    expect(() => backend.plan(plan, store)).toThrow(/encoded by "mosaic-packed"/);
    store.dispose();
  });

  it("refuses tensors of another backend, and work after the end", async () => {
    const other = await tfjsBackend({ tf: await loadEngine("cpu") }).create({});
    const foreign = other.createTensor("f32", 4);
    const own = backend.createTensor("f32", 4);
    expect(() => backend.add({ x: foreign, rows: 1, columns: 4, out: own })).toThrow(/"x" was not made by this backend/);
    expect(() => backend.add({ x: own, rows: 1, columns: 5, out: own })).toThrow(/f32\[4\] where f32\[5\]/);
    other.disposeTensor(foreign);
    await other.dispose();
    expect(() => other.createTensor("f32", 1)).toThrow(/disposed/);
    backend.disposeTensor(own);
    expect(() => backend.add({ x: own, rows: 1, columns: 4, out: own })).toThrow(/"x"/);
  });
});
