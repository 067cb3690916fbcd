import type { DenseKv } from "../backend/dense-kv.ts";
import type { BytesAt, EncodedDirectory, TokenSource } from "../backend/encoded-pages.ts";
import type { KvStore, KvStoreSpec } from "../backend/kv-store.ts";
import type { CodecShape, EncodedKv } from "../codec/encoded-kv.ts";
import type { KvCodec } from "../codec/kv-codec.ts";
import { DisposedError } from "../errors/disposed-error.ts";
import { KernelFailedError } from "../errors/kernel-failed-error.ts";
import type { LayerIndex, PageId } from "../ids.ts";
import type { KvLayerSpec } from "../model/model-shape.ts";
import { directoryFromBytes, directoryToBytes, EncodedMemory } from "./encoded-memory.ts";
import { createKvElements, type KvElements } from "./kv-elements.ts";

interface LayerKv {
  readonly keys: KvElements;
  readonly values: KvElements;
}

/** Encoded tokens of one layer and KV head, as bytes and as what attention over them sees. */
export interface OpenedPiece {
  readonly codec: KvCodec;
  readonly encoded: EncodedKv;
  readonly decoded: DenseKv;
}

/**
 * KV memory of the reference backend: head vectors in slot order, `[pageCount * pageSize, kvHeads, headDim]` for each owning layer, and
 * encoded bytes beside them. A page holds one or the other: writing tokens forgets its encoded bytes, placing bytes erases its tokens.
 */
export class ReferenceKvStore implements KvStore {
  readonly spec: KvStoreSpec;
  readonly residentBytes: number;
  readonly #layers: ReadonlyMap<number, LayerKv>;
  readonly #codecs: readonly KvCodec[];
  readonly #encoded: EncodedMemory;
  readonly #opened = new Map<string, OpenedPiece>();
  #openedVersion = 0;
  /** What the last fit or encode gave. */
  #made: Uint8Array | undefined;
  #isDisposed = false;

  constructor(spec: KvStoreSpec, codecs: readonly KvCodec[] = []) {
    this.spec = spec;
    this.#codecs = codecs;
    const owners = spec.shape.layers.flatMap((layer, index) => (layer.owner === index ? [{ index, ...layer }] : []));
    this.#layers = new Map(
      owners.map(({ index, kvHeads, headDim }) => {
        const vectors = spec.pageCount * spec.pageSize * kvHeads;
        return [index, { keys: createKvElements(spec.dtype, headDim, vectors), values: createKvElements(spec.dtype, headDim, vectors) }];
      }),
    );
    this.residentBytes = [...this.#layers.values()].reduce((sum, { keys, values }) => sum + keys.byteLength + values.byteLength, 0);
    this.#encoded = new EncodedMemory(this.pageBytes, spec.pageCount);
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
      this.#encoded.copy(from, to);
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

  async fitEncoding(call: Parameters<KvStore["fitEncoding"]>[0]): Promise<{ stateLength: number }> {
    this.#assertAlive("fitEncoding");
    const codec = this.#codec("fitEncoding", call.codec);
    const { tokens, shape } = this.#source("fitEncoding", call);
    const prior = call.prior === undefined ? [] : [this.#encoded.read(codec.name, "state", call.prior)];
    this.#made = codec.fit(tokens, shape, call.settings, ...prior);
    return { stateLength: this.#made.length };
  }

  async encodeTokens(call: Parameters<KvStore["encodeTokens"]>[0]): Promise<{ byteLength: number; loss: number }> {
    this.#assertAlive("encodeTokens");
    const codec = this.#codec("encodeTokens", call.codec);
    const { tokens, shape } = this.#source("encodeTokens", call);
    const { bytes, loss } = codec.encode(tokens, shape, this.#encoded.read(codec.name, "state", call.state));
    this.#made = bytes;
    return { byteLength: bytes.length, loss };
  }

  placeEncoded(at: BytesAt): void {
    this.#assertAlive("placeEncoded");
    if (this.#made === undefined) {
      throw new KernelFailedError({ kernel: "placeEncoded", reason: "nothing has been fitted or encoded that could be placed." });
    }
    this.placeBytes(at, this.#made);
  }

  writeDirectory(at: BytesAt, directory: EncodedDirectory): void {
    this.#assertAlive("writeDirectory");
    this.placeBytes(at, directoryToBytes(directory));
  }

  async readEncoded(at: BytesAt, layer: LayerIndex, kvHead: number): Promise<EncodedKv> {
    this.#assertAlive("readEncoded");
    return this.#readEncoded("any", at, layer, kvHead);
  }

  /** Places bytes that come from elsewhere, such as another backend's store. Dense tokens in the page are gone. */
  placeBytes(at: BytesAt, bytes: Uint8Array): void {
    const isFirst = !this.#encoded.has(at.page);
    this.#encoded.place("placeEncoded", at, bytes);
    if (isFirst) this.#eraseTokens(at.page);
  }

  /** A piece's tokens of one layer and KV head, encoded and decoded. */
  openEncoded(codec: string, at: BytesAt, layer: number, kvHead: number): OpenedPiece {
    if (this.#openedVersion !== this.#encoded.version) this.#opened.clear();
    this.#openedVersion = this.#encoded.version;
    const key = `${at.page}+${at.offset}/${layer}/${kvHead}`;
    const known = this.#opened.get(key);
    if (known !== undefined) return known;
    const encoded = this.#readEncoded(codec, at, layer, kvHead);
    const opened = { codec: this.#codec("attention", codec), encoded, decoded: this.#codec("attention", codec).decode(encoded) };
    this.#opened.set(key, opened);
    return opened;
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
    this.#encoded.forget(Math.floor(slot / this.spec.pageSize));
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

  #codec(kernel: string, name: string): KvCodec {
    const codec = this.#codecs.find((each) => each.name === name);
    if (codec !== undefined) return codec;
    const known = this.#codecs.map((each) => each.name).join(", ");
    throw new KernelFailedError({ kernel, reason: `codec "${name}" is not known here, only ${known || "none"}.` });
  }

  /** Dense tokens of one layer and KV head as a codec takes them. */
  #source(kernel: string, source: TokenSource): { readonly tokens: DenseKv; readonly shape: CodecShape } {
    const { layer, kvHead, pages, skip, tokens: count } = source;
    const { headDim, kvHeads } = this.layer(layer);
    const { pageSize } = this.spec;
    if (kvHead < 0 || kvHead >= kvHeads || skip < 0 || count < 1 || skip + count > pages.length * pageSize) {
      const reason = `${count} tokens after ${skip} of ${pages.length} pages, KV head ${kvHead} of ${kvHeads}, are none that the store has.`;
      throw new KernelFailedError({ kernel, reason });
    }
    const tokens = { keys: new Float32Array(count * headDim), values: new Float32Array(count * headDim) };
    for (let token = 0; token < count; token++) {
      const flat = skip + token;
      const page = pages[Math.floor(flat / pageSize)] as PageId;
      this.#assertTokens(kernel, page, flat % pageSize, 1);
      if (this.#encoded.has(page)) throw new KernelFailedError({ kernel, reason: `the tokens of page ${page} are encoded already.` });
      this.readVector(layer, page * pageSize + (flat % pageSize), kvHead, tokens, token * headDim);
    }
    return { tokens, shape: { tokens: count, headDim } };
  }

  #readEncoded(codec: string, at: BytesAt, layer: number, kvHead: number): EncodedKv {
    const directory = directoryFromBytes(codec, this.#encoded.read(codec, "directory", at));
    const before = [...this.#layers.keys()].filter((owner) => owner < layer).reduce((sum, owner) => sum + this.layer(owner).kvHeads, 0);
    this.#owned(layer);
    const item = directory.items[before + kvHead];
    if (item === undefined || kvHead >= this.layer(layer).kvHeads) {
      throw new KernelFailedError({ kernel: "readEncoded", reason: `the piece has no layer ${layer} and KV head ${kvHead}.` });
    }
    const bytes = this.#encoded.read(codec, "bytes", item.bytes, item.byteLength);
    const state = this.#encoded.read(codec, "state", item.state, item.stateLength);
    return { shape: { tokens: directory.tokens, headDim: this.layer(layer).headDim }, bytes, state };
  }

  #eraseTokens(page: number): void {
    for (const [index, { keys, values }] of this.#layers) {
      const { headDim, kvHeads } = this.layer(index);
      const vectors = this.spec.pageSize * kvHeads;
      const nothing = new Float32Array(headDim);
      for (let vector = page * vectors; vector < (page + 1) * vectors; vector++) {
        keys.write(vector, nothing, 0);
        values.write(vector, nothing, 0);
      }
    }
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
