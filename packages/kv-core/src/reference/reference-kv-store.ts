import type { DenseKv } from "../backend/dense-kv.ts";
import type { KvStore, KvStoreSpec } from "../backend/kv-store.ts";
import { DisposedError } from "../errors/disposed-error.ts";
import { KernelFailedError } from "../errors/kernel-failed-error.ts";
import type { LayerIndex, PageId } from "../ids.ts";
import type { KvLayerSpec } from "../model/model-shape.ts";
import { createKvElements, type KvElements } from "./kv-elements.ts";

interface LayerKv {
  readonly keys: KvElements;
  readonly values: KvElements;
}

/** KV memory of the reference backend: head vectors in slot order, `[pageCount * pageSize, kvHeads, headDim]` for each owning layer. */
export class ReferenceKvStore implements KvStore {
  readonly spec: KvStoreSpec;
  readonly residentBytes: number;
  readonly #layers: ReadonlyMap<number, LayerKv>;
  #isDisposed = false;

  constructor(spec: KvStoreSpec) {
    this.spec = spec;
    const owners = spec.shape.layers.flatMap((layer, index) => (layer.owner === index ? [{ index, ...layer }] : []));
    this.#layers = new Map(
      owners.map(({ index, kvHeads, headDim }) => {
        const vectors = spec.pageCount * spec.pageSize * kvHeads;
        return [index, { keys: createKvElements(spec.dtype, headDim, vectors), values: createKvElements(spec.dtype, headDim, vectors) }];
      }),
    );
    this.residentBytes = [...this.#layers.values()].reduce((sum, { keys, values }) => sum + keys.byteLength + values.byteLength, 0);
  }

  get pageBytes(): number {
    return this.residentBytes / this.spec.pageCount;
  }

  copyPages(copies: readonly { readonly from: PageId; readonly to: PageId }[]): void {
    this.#assertAlive("copyPages");
    for (const { from, to } of copies) {
      this.#assertTokens("copyPages", from, 0, this.spec.pageSize);
      this.#assertTokens("copyPages", to, 0, this.spec.pageSize);
      for (const [index, { keys, values }] of this.#layers) {
        const vectors = this.spec.pageSize * this.layer(index).kvHeads;
        keys.copy(from * vectors, to * vectors, vectors);
        values.copy(from * vectors, to * vectors, vectors);
      }
    }
  }

  readTokens(layer: LayerIndex, page: PageId, offset: number, length: number): Promise<DenseKv> {
    this.#assertAlive("readTokens");
    this.#assertTokens("readTokens", page, offset, length);
    const { kvHeads, headDim } = this.layer(layer);
    const tokens = { keys: new Float32Array(length * kvHeads * headDim), values: new Float32Array(length * kvHeads * headDim) };
    for (let token = 0; token < length; token++) {
      for (let head = 0; head < kvHeads; head++) {
        this.readVector(layer, page * this.spec.pageSize + offset + token, head, tokens, (token * kvHeads + head) * headDim);
      }
    }
    return Promise.resolve(tokens);
  }

  writeTokens(layer: LayerIndex, page: PageId, offset: number, tokens: DenseKv): void {
    this.#assertAlive("writeTokens");
    const { kvHeads, headDim } = this.layer(layer);
    const length = tokens.keys.length / (kvHeads * headDim);
    if (!Number.isInteger(length) || tokens.values.length !== tokens.keys.length) {
      throw new KernelFailedError({
        kernel: "writeTokens",
        reason: `${tokens.keys.length} key and ${tokens.values.length} value elements are no whole tokens of ${kvHeads} x ${headDim}.`,
      });
    }
    this.#assertTokens("writeTokens", page, offset, length);
    for (let token = 0; token < length; token++) {
      for (let head = 0; head < kvHeads; head++) {
        const start = (token * kvHeads + head) * headDim;
        this.writeVector(layer, page * this.spec.pageSize + offset + token, head, tokens, start);
      }
    }
  }

  // No codec is known here yet.
  fitEncoding(): Promise<never> {
    return Promise.reject(this.#noCodec("fitEncoding"));
  }

  encodeTokens(): Promise<never> {
    return Promise.reject(this.#noCodec("encodeTokens"));
  }

  placeEncoded(): void {
    throw this.#noCodec("placeEncoded");
  }

  writeDirectory(): void {
    throw this.#noCodec("writeDirectory");
  }

  readEncoded(): Promise<never> {
    return Promise.reject(this.#noCodec("readEncoded"));
  }

  #noCodec(kernel: string): KernelFailedError {
    return new KernelFailedError({ kernel, reason: "this store encodes nothing." });
  }

  dispose(): void {
    this.#isDisposed = true;
  }

  /** @throws DisposedError after `dispose`. */
  assertAlive(operation: string): void {
    this.#assertAlive(operation);
  }

  layer(index: number): KvLayerSpec {
    const layer = this.spec.shape.layers[index];
    if (layer === undefined) {
      throw new KernelFailedError({ kernel: "KvStore", reason: `there is no layer ${index}, only ${this.spec.shape.layers.length}.` });
    }
    return layer;
  }

  /** Stores one head's key and value of one token. */
  writeVector(
    layer: number,
    slot: number,
    head: number,
    source: { keys: ArrayLike<number>; values: ArrayLike<number> },
    start: number,
  ): void {
    const { keys, values } = this.#owned(layer);
    const index = slot * this.layer(layer).kvHeads + head;
    keys.write(index, source.keys, start);
    values.write(index, source.values, start);
  }

  /** Reads one head's key and value of one token. */
  readVector(
    layer: number,
    slot: number,
    head: number,
    target: { keys: Float32Array | Float64Array; values: Float32Array | Float64Array },
    start: number,
  ): void {
    const { keys, values } = this.#owned(layer);
    const index = slot * this.layer(layer).kvHeads + head;
    keys.read(index, target.keys, start);
    values.read(index, target.values, start);
  }

  #owned(layer: number): LayerKv {
    const owned = this.#layers.get(layer);
    if (owned === undefined) throw new KernelFailedError({ kernel: "KvStore", reason: `layer ${layer} owns no KV; read its owner's.` });
    return owned;
  }

  #assertAlive(operation: string): void {
    if (this.#isDisposed) throw new DisposedError({ subject: "a KV store", operation });
  }

  #assertTokens(kernel: string, page: number, offset: number, length: number): void {
    const { pageCount, pageSize } = this.spec;
    if (page < 0 || page >= pageCount || offset < 0 || offset + length > pageSize) {
      throw new KernelFailedError({
        kernel,
        reason: `tokens ${offset} to ${offset + length} of page ${page} lie outside ${pageCount} pages of ${pageSize} tokens.`,
      });
    }
  }
}
