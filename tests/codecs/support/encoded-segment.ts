import {
  type BytesAt,
  type CodecSettings,
  directoryBytes,
  type EncodedItem,
  type EncodedKv,
  type EncodedPiece,
  ENCODED_ALIGNMENT,
  type KernelBackend,
  type KvStore,
  type LayerIndex,
  type PageId,
  type Segment,
} from "@kvasir/kv-core";
import { headTokens } from "./head-tokens.ts";

const CODEC = "mosaic-packed";
const PAGE_SIZE = 64;

export interface EncodedShape {
  readonly kvHeads: number;
  readonly queryHeads: number;
  readonly headDim: number;
  readonly slidingWindow?: number;
}

/** Tokens of each piece, and whether it begins with new states. */
export interface PieceSpec {
  readonly tokens: number;
  readonly settings?: CodecSettings;
}

/** A store of two layers whose tokens the CPU backend has encoded; layer 1 reads the KV of layer 0, layer 2 has its own. */
export class EncodedStore {
  readonly store: KvStore;
  readonly shape: EncodedShape;
  readonly pieces: EncodedPiece[] = [];
  /** By piece, then layers that own KV, then KV heads. */
  readonly encoded: EncodedKv[][] = [];
  readonly #owners = [0, 2] as LayerIndex[];
  #end: { page: number; offset: number };

  private constructor(backend: KernelBackend, shape: EncodedShape, densePages: number) {
    this.shape = shape;
    const { kvHeads, headDim, queryHeads, slidingWindow } = shape;
    const kind = slidingWindow === undefined ? { kind: "full" as const } : { kind: "sliding-window" as const, slidingWindow };
    this.store = backend.createKvStore({
      shape: {
        layers: [0, 0, 2].map((owner) => ({ ...kind, kvHeads, headDim, owner: owner as LayerIndex })),
        queryHeads,
        maxPositions: 1 << 20,
        keyEncoding: "post-rope",
        hasFixedFrequencies: true,
      },
      dtype: "f32",
      pageSize: PAGE_SIZE,
      pageCount: 3 * densePages + 40,
    });
    this.#end = { page: densePages, offset: 0 };
  }

  /** Writes random tokens and encodes them in pieces; dense tokens stay in the first pages. */
  static async create(backend: KernelBackend, shape: EncodedShape, specs: readonly PieceSpec[], seed: number): Promise<EncodedStore> {
    const tokens = specs.reduce((sum, piece) => sum + piece.tokens, 0);
    const encoded = new EncodedStore(backend, shape, Math.ceil(tokens / PAGE_SIZE));
    for (const layer of encoded.#owners) encoded.#write(layer, tokens, seed + layer);
    let first = 0;
    let states: (BytesAt & { readonly stateLength: number })[] = [];
    for (const piece of specs) {
      states = await encoded.#encode(first, piece, states);
      first += piece.tokens;
    }
    return encoded;
  }

  /** The encoded tokens as one segment. */
  segment(): Pick<Segment, "pages" | "skip" | "length" | "encoding"> {
    return {
      pages: [...new Set(this.pieces.flatMap(({ pages }) => pages))],
      skip: 0,
      length: this.pieces.reduce((sum, { tokens }) => sum + tokens, 0),
      encoding: { codec: CODEC, pieces: this.pieces },
    };
  }

  #write(layer: LayerIndex, tokens: number, seed: number): void {
    const { kvHeads, headDim } = this.shape;
    const all = headTokens(tokens, kvHeads, headDim, seed);
    for (let first = 0; first < tokens; first += PAGE_SIZE) {
      const part = (side: Float32Array): Float32Array =>
        side.subarray(first * kvHeads * headDim, Math.min(tokens, first + PAGE_SIZE) * kvHeads * headDim);
      this.store.writeTokens(layer, (first / PAGE_SIZE) as PageId, 0, { keys: part(all.keys), values: part(all.values) });
    }
  }

  async #encode(
    first: number,
    { tokens, settings }: PieceSpec,
    states: readonly (BytesAt & { readonly stateLength: number })[],
  ): Promise<(BytesAt & { readonly stateLength: number })[]> {
    const items: EncodedItem[] = [];
    const heads = this.#owners.flatMap((layer) => Array.from({ length: this.shape.kvHeads }, (_, kvHead) => ({ layer, kvHead })));
    const firstPage = Math.floor(first / PAGE_SIZE);
    const pages = Array.from({ length: Math.ceil((first + tokens) / PAGE_SIZE) - firstPage }, (_, index) => (firstPage + index) as PageId);
    let loss = 0;
    for (const [index, at] of heads.entries()) {
      const source = { ...at, pages, skip: first % PAGE_SIZE, tokens, codec: CODEC };
      let state = states[index];
      if (settings !== undefined || state === undefined) {
        const { stateLength } = await this.store.fitEncoding({ ...source, settings: settings ?? {} });
        state = { ...this.#room(stateLength), stateLength };
        this.store.placeEncoded(state);
      }
      const made = await this.store.encodeTokens({ ...source, state });
      const bytes = this.#room(made.byteLength);
      this.store.placeEncoded(bytes);
      items.push({ bytes, byteLength: made.byteLength, state, stateLength: state.stateLength });
      loss += made.loss / heads.length;
    }
    const directory = this.#room(directoryBytes(items.length));
    this.store.writeDirectory(directory, { tokens, items });
    const holding = new Set([directory, ...items.map(({ bytes }) => bytes), ...items.map(({ state }) => state)].map(({ page }) => page));
    this.pieces.push({ ...directory, tokens, loss, pages: [...holding].toSorted((a, b) => a - b) });
    this.encoded.push(await Promise.all(heads.map(({ layer, kvHead }) => this.store.readEncoded(directory, layer, kvHead))));
    return items.map(({ state, stateLength }) => ({ ...state, stateLength }));
  }

  #room(bytes: number): BytesAt {
    if (bytes > this.store.pageBytes) throw new RangeError(`${bytes} bytes do not fit a page of ${this.store.pageBytes}.`);
    if (this.#end.offset + bytes > this.store.pageBytes) this.#end = { page: this.#end.page + 1, offset: 0 };
    const at = { page: this.#end.page as PageId, offset: this.#end.offset };
    this.#end.offset += Math.ceil(bytes / ENCODED_ALIGNMENT) * ENCODED_ALIGNMENT;
    return at;
  }
}
