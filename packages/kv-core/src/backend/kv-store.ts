import type { LayerIndex, PageId } from "../ids.ts";
import type { KvDtype } from "../model/kv-dtype.ts";
import type { ModelShape } from "../model/model-shape.ts";

/** What a backend needs to lay out KV memory. */
export interface KvStoreSpec {
  readonly shape: ModelShape;
  readonly dtype: KvDtype;
  /** Tokens per page; a multiple of 16. */
  readonly pageSize: number;
  readonly pageCount: number;
}

/** Keys and values of some tokens of one layer in the neutral form `[tokens, kvHeads, headDim]`. */
export interface DenseKv {
  readonly keys: Float32Array;
  readonly values: Float32Array;
}

/** The bytes behind a page pool. The layout inside a page is the backend's own affair. */
export interface KvStore {
  readonly spec: KvStoreSpec;
  /** Bytes one page takes, over all layers, alignment and scales included. */
  readonly pageBytes: number;
  /** Bytes held in all. */
  readonly residentBytes: number;
  /** Copies whole pages, all layers; enqueued like an operator. Used for copy-on-write. */
  copyPages(copies: readonly { readonly from: PageId; readonly to: PageId }[]): void;
  /** Reads `length` tokens of a page from slot `offset` on; runs what is enqueued first. `layer` must own its KV. */
  readTokens(layer: LayerIndex, page: PageId, offset: number, length: number): Promise<DenseKv>;
  /** Writes tokens into a page from slot `offset` on; rounding to the store's dtype is the only change. Enqueued like an operator; reads `tokens` at once. */
  writeTokens(layer: LayerIndex, page: PageId, offset: number, tokens: DenseKv): void;
  /** Frees the memory. */
  dispose(): void;
}
