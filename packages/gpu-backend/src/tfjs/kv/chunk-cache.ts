import type { Engine } from "../engine/engine.ts";
import { gatherChunk, type KvChunk } from "./kv-chunk.ts";
import type { PageTensors } from "./page-tensors.ts";

interface Entry {
  readonly chunk: KvChunk;
  /** Ids of the page tensors it was made of: another id means that the page was written. */
  readonly sources: readonly number[];
  readonly bytes: number;
}

/** Chunks that were put together before. Least recently used ones go first. */
export class ChunkCache {
  readonly #engine: Engine;
  readonly #maxBytes: number;
  readonly #entries = new Map<string, Entry>();
  /** Left the cache, but may be in use until the next `sweep`. */
  #retired: Entry[] = [];
  #bytes = 0;

  constructor(engine: Engine, maxBytes: number) {
    this.#engine = engine;
    this.#maxBytes = maxBytes;
  }

  get residentBytes(): number {
    return this.#bytes;
  }

  /** The chunk of some pages, valid until the next `sweep`; belongs into `tidy`. */
  get(layer: number, tensors: PageTensors, pages: readonly number[]): KvChunk {
    const key = `${layer}:${pages.join()}`;
    const sources = pages.map((page) => tensors.get(page).id);
    const known = this.#entries.get(key);
    if (known !== undefined) {
      this.#entries.delete(key);
      if (known.sources.every((id, index) => id === sources[index])) {
        this.#entries.set(key, known);
        return known.chunk;
      }
      this.#retire(known);
    }
    return this.#keep(key, sources, gatherChunk(this.#engine, tensors, pages));
  }

  /** Disposes chunks that left the cache. */
  sweep(): void {
    for (const { chunk } of this.#retired.splice(0)) for (const tensor of [...chunk.keys, ...chunk.values]) tensor.dispose();
  }

  clear(): void {
    for (const entry of this.#entries.values()) this.#retire(entry);
    this.#entries.clear();
    this.sweep();
  }

  #keep(key: string, sources: readonly number[], chunk: KvChunk): KvChunk {
    const tensors = [...chunk.keys, ...chunk.values];
    const bytes = tensors.reduce((sum, { size }) => sum + 4 * size, 0);
    if (bytes > this.#maxBytes) return chunk;
    for (const [oldest, entry] of this.#entries) {
      if (this.#bytes + bytes <= this.#maxBytes) break;
      this.#entries.delete(oldest);
      this.#retire(entry);
    }
    for (const tensor of tensors) this.#engine.tf.keep(tensor);
    this.#entries.set(key, { chunk, sources, bytes });
    this.#bytes += bytes;
    return chunk;
  }

  #retire(entry: Entry): void {
    this.#bytes -= entry.bytes;
    this.#retired.push(entry);
  }
}
