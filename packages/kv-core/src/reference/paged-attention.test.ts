import { expect, it } from "vitest";
import type { KvStore } from "../backend/kv-store.ts";
import type { LayerIndex, PageId, SequenceId } from "../ids.ts";
import type { ModelShape } from "../model/model-shape.ts";
import type { Segment } from "../plan/segment.ts";
import { denseAttention } from "./dense-attention.ts";
import { createReferenceBackend } from "./reference-backend.ts";
import { ropeFrequencies, rotate } from "./rope.ts";

const headDim = 8;
const pageSize = 16;
const frequencies = ropeFrequencies(headDim, 100);
const reader = 7 as SequenceId;
const layer0 = 0 as LayerIndex;

function shape(layer: Partial<ModelShape["layers"][0]> = {}): ModelShape {
  return {
    layers: [{ kind: "full", kvHeads: 1, headDim, owner: layer0, ...layer }],
    queryHeads: 1,
    maxPositions: 1024,
    keyEncoding: "post-rope",
    hasFixedFrequencies: true,
  };
}

function vectors(count: number, seed: number): Float32Array {
  return Float32Array.from({ length: count * headDim }, (_, i) => Math.sin(seed + i * 1.7) * 1.5);
}

function segment(fields: Partial<Segment> & Pick<Segment, "pages" | "length">): Segment {
  return { role: "private", skip: 0, firstPosition: 0, shift: 0, readers: [reader], ...fields };
}

/** Keys and values of `count` tokens, written to pages 0, 1, ... in order. */
function fill(store: KvStore, count: number): { keys: Float32Array; values: Float32Array } {
  const keys = vectors(count, 1);
  const values = vectors(count, 50);
  for (let start = 0; start < count; start += pageSize) {
    const end = Math.min(count, start + pageSize);
    store.writeTokens(layer0, (start / pageSize) as PageId, 0, {
      keys: keys.slice(start * headDim, end * headDim),
      values: values.slice(start * headDim, end * headDim),
    });
  }
  return { keys, values };
}

async function attend(model: ModelShape, segments: Segment[], rows: number, firstPosition: number, tokens = 40) {
  const backend = createReferenceBackend({ precision: "f64" });
  const store = backend.createKvStore({ shape: model, dtype: "f32", pageSize, pageCount: 4 });
  const kv = fill(store, tokens);
  const queries = vectors(rows, 99);
  const tensors = { queries: backend.createTensor("f32", queries.length), frequencies: backend.createTensor("f32", headDim / 2) };
  backend.writeTensor(tensors.queries, queries);
  backend.writeTensor(tensors.frequencies, frequencies);
  const out = backend.createTensor("f32", queries.length);
  const lse = backend.createTensor("f32", rows);
  const step = backend.plan(
    { sequences: [{ sequence: reader, firstRow: 0, rows, firstPosition }], reads: [{ layers: "all", kvHead: "all", segments }] },
    store,
  );
  backend.attention({ step, store, layer: layer0, ...tensors, queryHeads: 1, out, lse, scale: 0.5 });
  return { ...kv, queries, out: await backend.readTensor(out), lse: await backend.readTensor(lse) };
}

it("equals dense causal attention, however the tokens are cut into segments", async () => {
  const whole = [segment({ pages: [0, 1, 2] as PageId[], length: 40 })];
  const cut = [
    segment({ pages: [1, 2] as PageId[], skip: 3, length: 21, firstPosition: 19 }),
    segment({ pages: [0, 1] as PageId[], length: 19 }),
  ];
  for (const segments of [whole, cut]) {
    const got = await attend(shape(), segments, 5, 35);
    for (let row = 0; row < 5; row++) {
      const query = got.queries.subarray(row * headDim, (row + 1) * headDim);
      const want = denseAttention(query, got.keys, got.values, 0.5, (token) => token <= 35 + row);
      want.out.forEach((value, i) => expect(got.out[row * headDim + i]).toBeCloseTo(value, 6));
      expect(got.lse[row]).toBeCloseTo(want.lse, 6);
    }
  }
});

it("masks what lies before the sliding window and returns the identity where nothing is left", async () => {
  const model = shape({ kind: "sliding-window", slidingWindow: 4 });
  const got = await attend(model, [segment({ pages: [0] as PageId[], length: 10 })], 6, 8);
  for (let row = 0; row < 5; row++) {
    const query = got.queries.subarray(row * headDim, (row + 1) * headDim);
    const want = denseAttention(query, got.keys.subarray(0, 80), got.values.subarray(0, 80), 0.5, (t) => t <= 8 + row && 8 + row - t < 4);
    want.out.forEach((value, i) => expect(got.out[row * headDim + i]).toBeCloseTo(value, 6));
  }
  expect([...got.out.subarray(5 * headDim)]).toEqual(Array.from({ length: headDim }, () => 0));
  expect(got.lse[5]).toBe(-Infinity);
});

it("sees a shifted segment as if its keys had been computed further on", async () => {
  const got = await attend(shape(), [segment({ pages: [0, 1] as PageId[], length: 20, shift: 30 })], 2, 60);
  const keys = Float64Array.from(got.keys.subarray(0, 20 * headDim));
  for (let token = 0; token < 20; token++) rotate(keys.subarray(token * headDim, (token + 1) * headDim), 30, frequencies);
  const want = denseAttention(got.queries.subarray(0, headDim), keys, got.values.subarray(0, 20 * headDim), 0.5);
  want.out.forEach((value, i) => expect(got.out[i]).toBeCloseTo(value, 5));
});

it("reads the sinks, the recent tokens and the blocks with the best mean key", async () => {
  const selector = {
    kind: "top-blocks",
    by: "mean-key",
    keep: { tokens: 16 },
    blockTokens: 4,
    always: { sinkTokens: 1, recentTokens: 2 },
    per: "kv-head",
  } as const;
  const got = await attend(shape(), [segment({ pages: [0, 1, 2] as PageId[], length: 38, selector })], 1, 37);
  const query = got.queries.subarray(0, headDim);
  const score = (block: number): number => {
    let sum = 0;
    for (let i = 0; i < 4 * headDim; i++) sum += ((got.keys[block * 4 * headDim + i] as number) * (query[i % headDim] as number)) / 4;
    return sum;
  };
  // Blocks 0 (sink), 9 (unfinished, recent) are forced; of 1..8 the best two fill the budget of four.
  const best = [1, 2, 3, 4, 5, 6, 7, 8].sort((a, b) => score(b) - score(a)).slice(0, 2);
  const read = new Set([0, 9, ...best]);
  const want = denseAttention(query, got.keys.subarray(0, 38 * headDim), got.values.subarray(0, 38 * headDim), 0.5, (t) =>
    read.has(Math.floor(t / 4)),
  );
  want.out.forEach((value, i) => expect(got.out[i]).toBeCloseTo(value, 6));
  expect(got.lse[0]).toBeCloseTo(want.lse, 6);
});
