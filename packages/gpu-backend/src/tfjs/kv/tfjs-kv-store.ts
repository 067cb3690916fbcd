import {
  type DenseKv,
  DisposedError,
  KernelFailedError,
  type KvStore,
  type KvStoreSpec,
  type LayerIndex,
  type PageId,
} from "@kvasir/kv-core";
import type { Engine } from "../engine/engine.ts";
import type { WorkQueue } from "../work-queue.ts";
import { ChunkCache } from "./chunk-cache.ts";
import { headsFirst, tokensFirst } from "./head-order.ts";
import { PageTensors } from "./page-tensors.ts";

/** KV of a model in tensors of an engine: one for each page and layer, f32. */
export class TfjsKvStore implements KvStore {
  readonly spec: KvStoreSpec;
  readonly engine: Engine;
  /** What attention puts together of pages, kept until they are written. */
  readonly chunks: ChunkCache;
  readonly #queue: WorkQueue;
  readonly #layers: ReadonlyMap<number, PageTensors>;
  #isDisposed = false;

  /** @throws KernelFailedError where the dtype is not f32 */
  constructor(engine: Engine, queue: WorkQueue, spec: KvStoreSpec) {
    if (spec.dtype !== "f32") {
      const reason = `TensorFlow.js has no type to keep ${spec.dtype} in; keep KV in f32 (--kv-dtype f32).`;
      throw new KernelFailedError({ kernel: "createKvStore", reason });
    }
    this.spec = spec;
    this.engine = engine;
    this.#queue = queue;
    this.#layers = new Map(
      spec.shape.layers.flatMap((layer, index) => (layer.owner === index ? [[index, new PageTensors(engine, spec, layer)] as const] : [])),
    );
    this.chunks = new ChunkCache(engine, this.pageBytes * spec.pageCount);
  }

  get pageBytes(): number {
    return [...this.#layers.values()].reduce((sum, { pageBytes }) => sum + pageBytes, 0);
  }

  /** All pages as if written, and what is put together of them. */
  get residentBytes(): number {
    return this.pageBytes * this.spec.pageCount + this.chunks.residentBytes;
  }

  copyPages(copies: readonly { readonly from: PageId; readonly to: PageId }[]): void {
    this.assertAlive("copyPages");
    for (const { from, to } of copies) for (const page of [from, to]) this.#checkSlots("copyPages", page, 0, 0);
    this.#queue.add("copyPages", () => {
      for (const { from, to } of copies) for (const layer of this.#layers.values()) layer.copy(from, to);
    });
  }

  async readTokens(layer: LayerIndex, page: PageId, offset: number, length: number): Promise<DenseKv> {
    this.assertAlive("readTokens");
    const pages = this.owned("readTokens", layer);
    this.#checkSlots("readTokens", page, offset, length);
    await this.#queue.run();
    const { kvHeads, headDim } = pages;
    const part = this.engine.kept(() => this.engine.tf.slice(pages.get(page), [0, offset, 0], [2 * kvHeads, length, headDim]));
    const values = (await part.data()) as Float32Array;
    part.dispose();
    const half = values.length / 2;
    const shape = { tokens: length, heads: kvHeads, headDim };
    return { keys: tokensFirst(values.subarray(0, half), shape), values: tokensFirst(values.subarray(half), shape) };
  }

  writeTokens(layer: LayerIndex, page: PageId, offset: number, { keys, values }: DenseKv): void {
    this.assertAlive("writeTokens");
    const pages = this.owned("writeTokens", layer);
    const { kvHeads, headDim } = pages;
    const length = keys.length / (kvHeads * headDim);
    if (!Number.isInteger(length) || values.length !== keys.length) {
      const reason = `${keys.length} key and ${values.length} value elements are not whole tokens of ${kvHeads} heads of ${headDim}.`;
      throw new KernelFailedError({ kernel: "writeTokens", reason });
    }
    this.#checkSlots("writeTokens", page, offset, length);
    if (length === 0) return;
    const shape = { tokens: length, heads: kvHeads, headDim };
    const data = new Float32Array(2 * keys.length);
    data.set(headsFirst(keys, shape));
    data.set(headsFirst(values, shape), keys.length);
    const slots = Array.from({ length }, (_, index) => page * this.spec.pageSize + offset + index);
    this.#queue.add("writeTokens", () => {
      this.engine.tf.tidy(() => pages.write(this.engine.upload(data, [2 * kvHeads, length, headDim]), slots));
    });
  }

  fitEncoding(): Promise<never> {
    return Promise.reject(noCodec("fitEncoding"));
  }

  encodeTokens(): Promise<never> {
    return Promise.reject(noCodec("encodeTokens"));
  }

  placeEncoded(): void {
    throw noCodec("placeEncoded");
  }

  writeDirectory(): void {
    throw noCodec("writeDirectory");
  }

  readEncoded(): Promise<never> {
    return Promise.reject(noCodec("readEncoded"));
  }

  dispose(): void {
    if (this.#isDisposed) return;
    this.#isDisposed = true;
    this.chunks.clear();
    for (const layer of this.#layers.values()) layer.dispose();
  }

  /** @throws DisposedError after `dispose` */
  assertAlive(operation: string): void {
    if (this.#isDisposed) throw new DisposedError({ subject: "the KV store", operation });
  }

  /** Pages of a layer that owns its KV. */
  owned(kernel: string, layer: number): PageTensors {
    const pages = this.#layers.get(layer);
    if (pages === undefined) throw new KernelFailedError({ kernel, reason: `layer ${layer} owns no KV.` });
    return pages;
  }

  #checkSlots(kernel: string, page: number, offset: number, length: number): void {
    const { pageCount, pageSize } = this.spec;
    if (page >= 0 && page < pageCount && offset >= 0 && length >= 0 && offset + length <= pageSize) return;
    const reason = `slots ${offset} to ${offset + length} of page ${page} do not lie in ${pageCount} pages of ${pageSize}.`;
    throw new KernelFailedError({ kernel, reason });
  }
}

function noCodec(kernel: string): KernelFailedError {
  return new KernelFailedError({ kernel, reason: "TensorFlow.js keeps dense f32 KV only; encode pages with another backend." });
}
