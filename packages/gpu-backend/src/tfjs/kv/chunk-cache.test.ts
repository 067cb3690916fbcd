import { expect, it } from "vitest";
import { probeEngine } from "../engine/engine-traits.ts";
import { Engine } from "../engine/engine.ts";
import { loadEngine } from "../testing/load-engine.ts";
import { ChunkCache } from "./chunk-cache.ts";
import { PageTensors } from "./page-tensors.ts";

const tf = await loadEngine("cpu");
const engine = new Engine(tf, await probeEngine(tf));
const SPEC = { dtype: "f32", pageSize: 16, pageCount: 8 } as const;
/** One head of one channel: 16 keys, and 16 values with a 1 beside each. */
const PAGE_CHUNK_BYTES = 4 * (16 + 32);

function pagesOf(): PageTensors {
  const shape = { layers: [], queryHeads: 1, maxPositions: 1, keyEncoding: "post-rope", hasFixedFrequencies: true } as const;
  return new PageTensors(engine, { ...SPEC, shape }, { kvHeads: 1, headDim: 1 });
}

function write(pages: PageTensors, page: number, value: number): void {
  tf.tidy(() =>
    pages.write(
      tf.add(tf.zeros([2, 16, 1]), value),
      Array.from({ length: 16 }, (_, slot) => 16 * page + slot),
    ),
  );
}

/** The first key of a chunk. */
const firstKey = (cache: ChunkCache, pages: PageTensors, ids: readonly number[]): number | undefined =>
  tf.tidy(() => tf.clone(cache.get(0, pages, ids).keys[0]!).dataSync()[0]);

it("keeps chunks until one of their pages is written", () => {
  const before = tf.memory().numTensors;
  const pages = pagesOf();
  const cache = new ChunkCache(engine, 1e6);
  write(pages, 0, 5);
  expect(firstKey(cache, pages, [0, 1])).toBe(5);
  const held = tf.memory().numTensors;
  expect(firstKey(cache, pages, [0, 1])).toBe(5);
  expect(tf.memory().numTensors).toBe(held);
  write(pages, 0, 6);
  expect(firstKey(cache, pages, [0, 1])).toBe(6);
  pages.copy(0, 1);
  expect(firstKey(cache, pages, [1, 0])).toBe(6);
  cache.sweep();
  cache.clear();
  pages.dispose();
  expect(cache.residentBytes).toBe(0);
  expect(tf.memory().numTensors).toBe(before);
});

it("gives the least recently used ones back where memory is short, and not before they have been used", () => {
  const pages = pagesOf();
  const cache = new ChunkCache(engine, 2 * PAGE_CHUNK_BYTES);
  for (const page of [0, 1, 2]) write(pages, page, page + 1);
  const keys = tf.tidy(() => [0, 1, 2].map((page) => cache.get(0, pages, [page]).keys[0]!));
  expect(cache.residentBytes).toBe(2 * PAGE_CHUNK_BYTES);
  expect(keys[0]?.isDisposed).toBe(false);
  cache.sweep();
  expect(keys[0]?.isDisposed).toBe(true);
  cache.clear();
  pages.dispose();
});
