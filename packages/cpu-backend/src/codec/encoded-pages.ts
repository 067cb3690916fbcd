import {
  type BytesAt,
  type CodecSettings,
  directoryBytes,
  type EncodedDirectory,
  type EncodedKv,
  ENCODED_ALIGNMENT,
  KernelFailedError,
  type LayerIndex,
  type TokenSource,
} from "@kvasir/kv-core";
import type { CpuKvStore } from "../kv/cpu-kv-store.ts";
import type { StepMemory } from "../step-memory.ts";
import type { Tape } from "../tape.ts";
import { readEncodedItem, writeEncodedDirectory } from "./encoded-directory.ts";
import { PackedEncoder, type PackedSource } from "./packed-encoder.ts";
import { PACKED_CODEC } from "./packed-format.ts";

/** Encoded tokens in the pages of a store: what `KvStore` says of them. */
export class EncodedPages {
  readonly #store: CpuKvStore;
  readonly #encoder: PackedEncoder;

  constructor(store: CpuKvStore, tape: Tape, memory: StepMemory) {
    this.#store = store;
    this.#encoder = new PackedEncoder(store.host, tape, memory);
  }

  get residentBytes(): number {
    return this.#encoder.residentBytes;
  }

  fit(call: TokenSource & { readonly codec: string; readonly settings: CodecSettings; readonly prior?: BytesAt }): {
    readonly stateLength: number;
  } {
    const source = this.#source("fitEncoding", call);
    const prior = call.prior === undefined ? undefined : this.#from("fitEncoding", call.prior);
    return this.#encoder.fit(source, call.settings, prior);
  }

  encode(call: TokenSource & { readonly codec: string; readonly state: BytesAt }): { readonly byteLength: number; readonly loss: number } {
    return this.#encoder.encode(this.#source("encodeTokens", call), this.#from("encodeTokens", call.state));
  }

  place(at: BytesAt): void {
    const { made } = this.#encoder;
    if (made.length === 0) throw failed("placeEncoded", "nothing has been fitted or encoded.");
    this.#room("placeEncoded", at, made.length).set(made);
  }

  writeDirectory(at: BytesAt, directory: EncodedDirectory): void {
    writeEncodedDirectory(this.#room("writeDirectory", at, directoryBytes(directory.items.length)), directory);
  }

  read(at: BytesAt, layer: LayerIndex, kvHead: number): EncodedKv {
    const { headDim } = this.#head("readEncoded", layer, kvHead);
    const item = readEncodedItem(this.#from("readEncoded", at).bytes, this.#store.firstItem(layer) + kvHead);
    const copy = (from: BytesAt, length: number): Uint8Array => Uint8Array.from(this.#room("readEncoded", from, length));
    return {
      shape: { tokens: item.tokens, headDim },
      bytes: copy(item.bytes, item.byteLength),
      state: copy(item.state, item.stateLength),
    };
  }

  dispose(): void {
    this.#encoder.dispose();
  }

  #source(kernel: string, call: TokenSource & { readonly codec: string }): PackedSource {
    const { codec, layer, kvHead, pages, skip, tokens } = call;
    if (codec !== PACKED_CODEC) throw failed(kernel, `codec "${codec}" is not known; this backend has ${PACKED_CODEC}.`);
    const { headDim } = this.#head(kernel, layer, kvHead);
    for (const page of pages) this.#store.pageAddress(page);
    const slots = pages.length * this.#store.spec.pageSize;
    const isCount = (value: number, least: number): boolean => Number.isInteger(value) && value >= least;
    if (!isCount(skip, 0) || !isCount(tokens, 1) || skip + tokens > slots) {
      throw failed(kernel, `${tokens} tokens from slot ${skip} on do not lie in ${pages.length} pages of ${this.#store.spec.pageSize}.`);
    }
    return { layer: this.#store.layerAddress(layer), headDim, kvHead, pages, skip, tokens };
  }

  #head(kernel: string, layer: LayerIndex, kvHead: number): { readonly headDim: number } {
    const spec = this.#store.spec.shape.layers[layer];
    if (spec === undefined || spec.owner !== layer) throw failed(kernel, `layer ${layer} owns no KV.`);
    if (Number.isInteger(kvHead) && kvHead >= 0 && kvHead < spec.kvHeads) return spec;
    throw failed(kernel, `KV head ${kvHead} is not one of the ${spec.kvHeads} of layer ${layer}.`);
  }

  /** What lies in a page from there to its end. */
  #from(kernel: string, at: BytesAt): { readonly address: number; readonly bytes: Uint8Array } {
    const bytes = this.#room(kernel, at, 0, this.#store.pageBytes - at.offset);
    return { address: this.#store.pageAddress(at.page) + at.offset, bytes };
  }

  #room(kernel: string, { page, offset }: BytesAt, least: number, length: number = least): Uint8Array {
    const address = this.#store.pageAddress(page);
    const { pageBytes, host } = this.#store;
    if (!Number.isInteger(offset) || offset < 0 || offset >= pageBytes || offset % ENCODED_ALIGNMENT !== 0) {
      throw failed(kernel, `offset ${offset} is no multiple of ${ENCODED_ALIGNMENT} in a page of ${pageBytes} bytes.`);
    }
    if (offset + least <= pageBytes) return host.bytes(address + offset, length);
    throw failed(kernel, `${least} bytes from offset ${offset} on reach beyond a page of ${pageBytes}.`);
  }
}

function failed(kernel: string, reason: string): KernelFailedError {
  return new KernelFailedError({ kernel, reason });
}
