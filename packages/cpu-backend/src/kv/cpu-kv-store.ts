import {
  type BytesAt,
  type DenseKv,
  DisposedError,
  ENCODED_ALIGNMENT,
  type EncodedDirectory,
  type EncodedKv,
  KernelFailedError,
  type KvStore,
  type KvStoreSpec,
  type LayerIndex,
  type PageId,
} from "@kvasir/kv-core";
import { EncodedPages } from "../codec/encoded-pages.ts";
import type { KernelHost } from "../host/kernel-host.ts";
import { Opcode, type Tape } from "../tape.ts";
import type { StepMemory } from "../step-memory.ts";
import { KV_LAYER_BYTES, type KvLayerLayout, kvLayerRecord, pageLayout, TILE } from "./kv-layout.ts";
import { RepresentativeCache } from "./representative-cache.ts";

/** Share of the pages' bytes that representatives of blocks no current step reads may take, and blocks that may be kept in any case. */
const REPRESENTATIVE_SHARE = 1 / 16;
const MIN_REPRESENTATIVES = 64;
/** Kernels may read so many bytes past encoded tokens, which may end where the last page does. */
const READ_BEYOND_BYTES = 64;

/** KV memory of a model on the CPU; the layout is described in native/kv-store.h. */
export class CpuKvStore implements KvStore {
  readonly spec: KvStoreSpec;
  readonly pageBytes: number;
  readonly host: KernelHost;
  readonly #tape: Tape;
  readonly #memory: StepMemory;
  readonly #layouts: readonly KvLayerLayout[];
  /** Index in the records of each layer's owner. */
  readonly #recordOf: readonly number[];
  readonly #records: number;
  /** Address of the first page. */
  readonly #pages: number;
  readonly #allocated: readonly number[];
  /** Of all but representatives. */
  readonly #storeBytes: number;
  /** Keeps what selectors compute of blocks. */
  readonly representatives: RepresentativeCache;
  readonly #encoded: EncodedPages;
  readonly #pageViews = new Map<PageId, DataView>();
  #stamp = 1;
  #isDisposed = false;

  /** @throws BackendUnavailableError where memory does not suffice. */
  constructor(host: KernelHost, tape: Tape, memory: StepMemory, spec: KvStoreSpec) {
    const { pageSize, pageCount, shape } = spec;
    if (pageSize <= 0 || pageSize % TILE !== 0) {
      throw new KernelFailedError({ kernel: "createKvStore", reason: `page size ${pageSize} is not a multiple of ${TILE}.` });
    }
    this.spec = spec;
    this.host = host;
    this.#tape = tape;
    this.#memory = memory;
    const owners = shape.layers.flatMap((layer, index) => (layer.owner === index ? [index] : []));
    this.#recordOf = shape.layers.map((layer) => owners.indexOf(layer.owner));
    const { layers, pageBytes } = pageLayout(spec);
    this.#layouts = layers;
    this.pageBytes = pageBytes;
    const recordBytes = owners.length * KV_LAYER_BYTES;
    const stampBytes = 8 * pageCount;
    // Kernels of encoded tokens read whole registers, beyond the last bytes too.
    const pagesBytes = pageCount * pageBytes + ENCODED_ALIGNMENT;
    this.#storeBytes = recordBytes + pagesBytes + READ_BEYOND_BYTES + owners.length * stampBytes;
    const allocated: number[] = [];
    this.#allocated = allocated;
    try {
      const sizes = [recordBytes, pagesBytes + READ_BEYOND_BYTES, owners.length * stampBytes];
      for (const bytes of sizes) allocated.push(host.allocate(bytes));
    } catch (error) {
      this.#free();
      throw error;
    }
    const [records = 0, pages = 0, stamps = 0] = allocated;
    this.#records = records;
    this.#pages = pages;
    let blockBytes = 0;
    layers.forEach((layout, index) => {
      const addresses = { pages, pageBytes, stamps: stamps + index * stampBytes, representatives: blockBytes };
      const record = kvLayerRecord(addresses, layout, spec);
      host.bytes(records + index * KV_LAYER_BYTES, KV_LAYER_BYTES).set(new Uint8Array(record.buffer));
      blockBytes += layout.kvHeads * layout.representativeStride;
    });
    const blocks = Math.max(MIN_REPRESENTATIVES, Math.floor((pagesBytes * REPRESENTATIVE_SHARE) / blockBytes));
    this.representatives = new RepresentativeCache(host, pageSize, blockBytes, blocks);
    this.#encoded = new EncodedPages(this, tape, memory);
  }

  /** Pages, and what is kept beside them; grows with the blocks that selectors score. */
  get residentBytes(): number {
    return this.#storeBytes + this.representatives.residentBytes + this.#encoded.residentBytes;
  }

  /** Stamp of the latest write that has been enqueued. */
  get stamp(): number {
    return this.#stamp;
  }

  /** Stamp for an operator that writes to pages. */
  nextStamp(): number {
    return ++this.#stamp;
  }

  /** Address of the `KvLayer` that holds this layer's KV: its own, or its owner's. */
  layerAddress(layer: LayerIndex): number {
    if (this.#isDisposed) throw new DisposedError({ subject: "the KV store", operation: "An operator" });
    const record = this.#recordOf[layer];
    if (record === undefined || record < 0) {
      const reason = `layer ${layer} is not one of the ${this.#recordOf.length} layers of the store.`;
      throw new KernelFailedError({ kernel: "KvStore", reason });
    }
    return this.#records + record * KV_LAYER_BYTES;
  }

  /**
   * Address of a page's `pageBytes` bytes.
   * @throws KernelFailedError where the store has no such page.
   */
  pageAddress(page: PageId): number {
    this.#checkPage(page);
    return this.#pages + page * this.pageBytes;
  }

  /** A page's bytes, for what the host reads of encoded tokens. */
  pageView(page: PageId): DataView {
    let view = this.#pageViews.get(page);
    if (view === undefined) {
      const { buffer, byteOffset, byteLength } = this.host.bytes(this.pageAddress(page), this.pageBytes);
      view = new DataView(buffer, byteOffset, byteLength);
      this.#pageViews.set(page, view);
    }
    return view;
  }

  /** In a directory, the item of a layer's (or its owner's) KV head 0. */
  firstItem(layer: LayerIndex): number {
    const { layers } = this.spec.shape;
    const owner = layers[layer]?.owner ?? layer;
    return layers.slice(0, owner).reduce((sum, spec, index) => sum + (spec.owner === index ? spec.kvHeads : 0), 0);
  }

  copyPages(copies: readonly { readonly from: PageId; readonly to: PageId }[]): void {
    if (copies.length === 0) return;
    const pairs = new Int32Array(copies.length * 2);
    copies.forEach(({ from, to }, index) => {
      this.#checkPage(from);
      this.#checkPage(to);
      pairs[2 * index] = from;
      pairs[2 * index + 1] = to;
    });
    const at = this.#memory.copy(pairs);
    const record = this.#tape.begin(Opcode.copyPages).integer(this.#records).integer(at);
    record.integer(this.#layouts.length).integer(copies.length).integer(this.nextStamp());
  }

  readTokens(layer: LayerIndex, page: PageId, offset: number, length: number): Promise<DenseKv> {
    const { kvHeads, headDim } = this.#owned(layer);
    this.#checkSlots(page, offset, length);
    const bytes = length * kvHeads * headDim * 4;
    const keys = this.host.allocate(bytes);
    const values = this.host.allocate(bytes);
    this.#tokens(Opcode.readTokens, layer, page, offset, length, keys, values);
    this.#memory.run();
    const copy = (address: number): Float32Array => new Float32Array(this.host.bytes(address, bytes).slice().buffer);
    const result = { keys: copy(keys), values: copy(values) };
    this.host.free(keys);
    this.host.free(values);
    return Promise.resolve(result);
  }

  writeTokens(layer: LayerIndex, page: PageId, offset: number, tokens: DenseKv): void {
    const { kvHeads, headDim } = this.#owned(layer);
    const length = tokens.keys.length / (kvHeads * headDim);
    if (!Number.isInteger(length) || tokens.values.length !== tokens.keys.length) {
      const reason = `${tokens.keys.length} key and ${tokens.values.length} value elements are not whole tokens of ${kvHeads} heads of ${headDim}.`;
      throw new KernelFailedError({ kernel: "writeTokens", reason });
    }
    this.#checkSlots(page, offset, length);
    if (length === 0) return;
    const keys = this.#memory.copy(tokens.keys);
    const values = this.#memory.copy(tokens.values);
    this.#tokens(Opcode.writeTokens, layer, page, offset, length, keys, values);
  }

  async fitEncoding(call: Parameters<KvStore["fitEncoding"]>[0]): Promise<{ readonly stateLength: number }> {
    return this.#encoded.fit(call);
  }

  async encodeTokens(call: Parameters<KvStore["encodeTokens"]>[0]): Promise<{ readonly byteLength: number; readonly loss: number }> {
    return this.#encoded.encode(call);
  }

  placeEncoded(at: BytesAt): void {
    this.#encoded.place(at);
  }

  writeDirectory(at: BytesAt, directory: EncodedDirectory): void {
    this.#encoded.writeDirectory(at, directory);
  }

  async readEncoded(at: BytesAt, layer: LayerIndex, kvHead: number): Promise<EncodedKv> {
    return this.#encoded.read(at, layer, kvHead);
  }

  dispose(): void {
    if (this.#isDisposed) return;
    this.#isDisposed = true;
    this.representatives.dispose();
    this.#encoded.dispose();
    this.#free();
  }

  #free(): void {
    for (const address of this.#allocated) this.host.free(address);
  }

  #tokens(opcode: Opcode, layer: LayerIndex, page: PageId, offset: number, length: number, keys: number, values: number): void {
    const firstSlot = page * this.spec.pageSize + offset;
    const record = this.#tape.begin(opcode).integer(this.layerAddress(layer)).integer(keys).integer(values);
    record.integer(firstSlot).integer(length).integer(this.nextStamp());
  }

  #owned(layer: LayerIndex): KvLayerLayout {
    const layout = this.#layouts[this.#recordOf[layer] ?? -1];
    if (layout === undefined || this.spec.shape.layers[layer]?.owner !== layer) {
      throw new KernelFailedError({ kernel: "KvStore", reason: `layer ${layer} owns no KV.` });
    }
    return layout;
  }

  #checkPage(page: PageId): void {
    if (page >= 0 && page < this.spec.pageCount) return;
    throw new KernelFailedError({ kernel: "KvStore", reason: `page ${page} is not one of the ${this.spec.pageCount} pages of the store.` });
  }

  #checkSlots(page: PageId, offset: number, length: number): void {
    this.#checkPage(page);
    if (offset >= 0 && length >= 0 && offset + length <= this.spec.pageSize) return;
    const reason = `slots ${offset} to ${offset + length} do not lie in a page of ${this.spec.pageSize}.`;
    throw new KernelFailedError({ kernel: "KvStore", reason });
  }
}
