import type { CodecSettings, EncodedKv } from "../codec/encoded-kv.ts";
import type { LayerIndex, PageId } from "../ids.ts";
import type { KvDtype } from "../model/kv-dtype.ts";
import type { ModelShape } from "../model/model-shape.ts";
import type { DenseKv } from "./dense-kv.ts";
import type { BytesAt, EncodedDirectory, TokenSource } from "./encoded-pages.ts";

/** What a backend needs to lay out KV memory. */
export interface KvStoreSpec {
  readonly shape: ModelShape;
  readonly dtype: KvDtype;
  /** Tokens per page; a multiple of 16. */
  readonly pageSize: number;
  readonly pageCount: number;
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

  /**
   * Chooses how tokens of one layer and KV head are encoded and makes the state of a new segment; runs what is enqueued first. `placeEncoded`
   * then copies it into a page.
   * @param call.prior state of an earlier segment whose measurements carry on, for segments too short to be measured alone
   * @throws ConfigError where the codec does not take `settings`.
   * @throws KernelFailedError where the store does not know the codec.
   */
  fitEncoding(
    call: TokenSource & { readonly codec: string; readonly settings: CodecSettings; readonly prior?: BytesAt },
  ): Promise<{ readonly stateLength: number }>;
  /**
   * Encodes tokens of one layer and KV head with a state that lies in a page; runs what is enqueued first. `placeEncoded` then copies the
   * bytes into a page.
   * @returns `loss`: share of energy lost, 0 .. 1
   * @throws KernelFailedError where the store does not know the codec.
   * @throws CodecDataError where there is no whole state at `state`.
   */
  encodeTokens(
    call: TokenSource & { readonly codec: string; readonly state: BytesAt },
  ): Promise<{ readonly byteLength: number; readonly loss: number }>;
  /**
   * Copies into a page, at once, what the last `fitEncoding` or `encodeTokens` of this store gave.
   * @throws KernelFailedError where there is nothing to place or it does not fit there.
   */
  placeEncoded(at: BytesAt): void;
  /** Writes a piece's directory into a page, at once. @throws KernelFailedError where it does not fit there. */
  writeDirectory(at: BytesAt, directory: EncodedDirectory): void;
  /** Reads one layer and KV head of a piece, for tests and tools. @param at of the piece's directory */
  readEncoded(at: BytesAt, layer: LayerIndex, kvHead: number): Promise<EncodedKv>;
  /** Frees the memory. */
  dispose(): void;
}
