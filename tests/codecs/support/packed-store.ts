import {
  type BytesAt,
  type CodecSettings,
  type DenseKv,
  directoryBytes,
  type EncodedItem,
  type EncodedKv,
  type KernelBackend,
  type KvDtype,
  type KvStore,
  type LayerIndex,
  type PageId,
} from "@kvasir/kv-core";
import { SeededRandom } from "@kvasir/kv-core/testing";
import { oneHead } from "./head-tokens.ts";

const CODEC = "mosaic-packed";
const PAGE_SIZE = 128;
/** Two layers that own KV with one between them that does not. */
const LAYERS = [0, 0, 2];

export interface HeadAt {
  readonly layer: LayerIndex;
  readonly kvHead: number;
}

export interface FittedPiece {
  readonly loss: number;
  readonly encoded: EncodedKv;
  /** Where the state lies. */
  readonly state: BytesAt;
  /** What the kernels read: the dense tokens of that head, rounded to the store's type. */
  readonly dense: DenseKv;
}

/** A store whose first pages hold dense tokens in a scattered order; encoded bytes go to the pages behind them. */
export class PackedStore {
  readonly store: KvStore;
  readonly heads: number;
  readonly headDim: number;
  readonly #pages: PageId[];
  #end: { page: number; offset: number };

  constructor(backend: KernelBackend, headDim: number, dtype: KvDtype, heads: number, tokens: number) {
    this.heads = heads;
    this.headDim = headDim;
    const densePages = Math.ceil((tokens + PAGE_SIZE) / PAGE_SIZE);
    this.#pages = new SeededRandom(headDim).permutation(densePages) as PageId[];
    this.store = backend.createKvStore({
      shape: {
        layers: LAYERS.map((owner) => ({ kind: "full", kvHeads: heads, headDim, owner: owner as LayerIndex })),
        queryHeads: heads,
        maxPositions: 1 << 20,
        keyEncoding: "post-rope",
        hasFixedFrequencies: true,
      },
      dtype,
      pageSize: PAGE_SIZE,
      pageCount: 2 * densePages + 64,
    });
    this.#end = { page: densePages, offset: 0 };
  }

  /** Writes `[tokens, heads, headDim]` from slot `skip` of the first page on. */
  write(layer: LayerIndex, tokens: DenseKv, skip: number): void {
    const width = this.heads * this.headDim;
    const count = tokens.keys.length / width;
    for (let first = 0; first < count;) {
      const slot = skip + first;
      const end = Math.min(count, first + PAGE_SIZE - (slot % PAGE_SIZE));
      this.store.writeTokens(layer, this.#pageOf(slot), slot % PAGE_SIZE, {
        keys: tokens.keys.subarray(first * width, end * width),
        values: tokens.values.subarray(first * width, end * width),
      });
      first = end;
    }
  }

  /** Fits (unless a state is given) and encodes tokens, puts all into pages with a directory, and reads it back. */
  async encode(
    at: HeadAt,
    range: { readonly skip: number; readonly tokens: number },
    how: { readonly settings: CodecSettings; readonly prior?: BytesAt } | { readonly state: BytesAt; readonly stateLength: number },
  ): Promise<FittedPiece> {
    const source = { ...at, ...range, pages: this.#pages, codec: CODEC };
    let state: BytesAt;
    let stateLength: number;
    if ("state" in how) {
      ({ state, stateLength } = how);
    } else {
      ({ stateLength } = await this.store.fitEncoding({ ...source, ...how }));
      state = this.#room(stateLength);
      this.store.placeEncoded(state);
    }
    const { byteLength, loss } = await this.store.encodeTokens({ ...source, state });
    const bytes = this.#room(byteLength);
    this.store.placeEncoded(bytes);
    const item = { bytes, byteLength, state, stateLength };
    const encoded = await this.#readBack(at, range.tokens, item);
    return { loss, encoded, state, dense: await this.#dense(at, range) };
  }

  async #readBack(at: HeadAt, tokens: number, item: EncodedItem): Promise<EncodedKv> {
    // The other items of the directory point nowhere, so that a wrong index is noticed.
    const index = (at.layer === 2 ? this.heads : 0) + at.kvHead;
    const nowhere = { bytes: { page: 0 as PageId, offset: 0 }, byteLength: 0, state: { page: 0 as PageId, offset: 0 }, stateLength: 0 };
    const items = Array.from({ length: 2 * this.heads }, (_, i) => (i === index ? item : nowhere));
    const directory = this.#room(directoryBytes(items.length));
    this.store.writeDirectory(directory, { tokens, items });
    return this.store.readEncoded(directory, at.layer, at.kvHead);
  }

  async #dense({ layer, kvHead }: HeadAt, { skip, tokens }: { readonly skip: number; readonly tokens: number }): Promise<DenseKv> {
    const keys: number[] = [];
    const values: number[] = [];
    for (let slot = skip; slot < skip + tokens; slot++) {
      const token = oneHead(await this.store.readTokens(layer, this.#pageOf(slot), slot % PAGE_SIZE, 1), this.heads, this.headDim, kvHead);
      keys.push(...token.keys);
      values.push(...token.values);
    }
    return { keys: Float32Array.from(keys), values: Float32Array.from(values) };
  }

  #pageOf(slot: number): PageId {
    return this.#pages[Math.floor(slot / PAGE_SIZE)] as PageId;
  }

  #room(bytes: number): BytesAt {
    if (bytes > this.store.pageBytes) throw new RangeError(`${bytes} bytes do not fit a page of ${this.store.pageBytes}.`);
    if (this.#end.offset + bytes > this.store.pageBytes) this.#end = { page: this.#end.page + 1, offset: 0 };
    const at = { page: this.#end.page as PageId, offset: this.#end.offset };
    this.#end.offset += Math.ceil(bytes / 64) * 64;
    return at;
  }
}
