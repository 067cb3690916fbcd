import type { KvStoreSpec } from "@kvasir/kv-core";
import type { Engine } from "../engine/engine.ts";
import type { TfTensor } from "../engine/tensorflow.ts";

/** Shape of what a layer keeps of each page. */
export interface LayerPages {
  readonly kvHeads: number;
  readonly headDim: number;
}

/**
 * Pages of one layer that owns its KV: `[2 kvHeads, pageSize, headDim]` each, keys before values, as tensors of their own. Tensors are
 * immutable, so that writing makes a new one, and a copied page costs nothing until one of the two is written.
 */
export class PageTensors {
  readonly kvHeads: number;
  readonly headDim: number;
  readonly #engine: Engine;
  readonly #pageSize: number;
  /** Pages that were never written are absent: zeros. */
  readonly #pages: (TfTensor | undefined)[];
  #zeros: TfTensor | undefined;

  constructor(engine: Engine, { pageSize, pageCount }: KvStoreSpec, { kvHeads, headDim }: LayerPages) {
    this.#engine = engine;
    this.#pageSize = pageSize;
    this.kvHeads = kvHeads;
    this.headDim = headDim;
    this.#pages = Array.from({ length: pageCount }, () => undefined);
  }

  get pageBytes(): number {
    return 2 * this.kvHeads * this.headDim * this.#pageSize * 4;
  }

  get(page: number): TfTensor {
    const shape: [number, number, number] = [2 * this.kvHeads, this.#pageSize, this.headDim];
    return this.#pages[page] ?? (this.#zeros ??= this.#engine.kept(() => this.#engine.tf.zeros(shape)));
  }

  copy(from: number, to: number): void {
    const source = this.#pages[from];
    this.#set(to, source && this.#engine.tf.keep(this.#engine.tf.clone(source)));
  }

  /** Writes rows `[2 kvHeads, rows, headDim]` to slots `page * pageSize + offset`. */
  write(rows: TfTensor, slots: ArrayLike<number>): void {
    const byPage = new Map<number, { readonly offset: number; readonly row: number }[]>();
    for (let row = 0; row < slots.length; row++) {
      const slot = slots[row] as number;
      const page = Math.floor(slot / this.#pageSize);
      const entries = byPage.get(page);
      const entry = { offset: slot % this.#pageSize, row };
      if (entries === undefined) byPage.set(page, [entry]);
      else entries.push(entry);
    }
    for (const [page, entries] of byPage)
      this.#set(
        page,
        this.#engine.kept(() => this.#merged(page, rows, entries)),
      );
  }

  dispose(): void {
    this.#pages.forEach((_, page) => this.#set(page, undefined));
    this.#zeros?.dispose();
    this.#zeros = undefined;
  }

  #set(page: number, tensor: TfTensor | undefined): void {
    this.#pages[page]?.dispose();
    this.#pages[page] = tensor;
  }

  /** A page with some of its slots replaced. */
  #merged(page: number, rows: TfTensor, entries: readonly { readonly offset: number; readonly row: number }[]): TfTensor {
    const { tf } = this.#engine;
    const [first] = entries;
    const heads = 2 * this.kvHeads;
    const part = (tensor: TfTensor, from: number, count: number): TfTensor => tf.slice(tensor, [0, from, 0], [heads, count, this.headDim]);
    const isRun = entries.every(({ offset, row }, index) => offset === (first?.offset ?? 0) + index && row === (first?.row ?? 0) + index);
    if (isRun && first !== undefined) {
      const end = first.offset + entries.length;
      const pieces = [part(rows, first.row, entries.length)];
      if (first.offset > 0) pieces.unshift(part(this.get(page), 0, first.offset));
      if (end < this.#pageSize) pieces.push(part(this.get(page), end, this.#pageSize - end));
      return tf.concat(pieces, 1);
    }
    const source = Int32Array.from({ length: this.#pageSize }, (_, offset) => offset);
    for (const { offset, row } of entries) source[offset] = this.#pageSize + row;
    return tf.gather(tf.concat([this.get(page), rows], 1), this.#engine.upload(source, [this.#pageSize]), 1);
  }
}
