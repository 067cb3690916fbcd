import type { PageId } from "@kvasir/kv-core";
import type { KernelHost } from "../host/kernel-host.ts";

/** Bytes of `Representative` of native/selection.h, which stand before each vector. */
export const REPRESENTATIVE_HEADER_BYTES = 64;

/** Memory is taken in pieces of about so many bytes. */
const SLAB_BYTES = 2 ** 18;

/** A full block of cached tokens: `tokens` tokens from slot `firstSlot` of `pages[firstPage]` on. */
export interface CachedBlock {
  readonly pages: readonly PageId[];
  readonly firstPage: number;
  readonly firstSlot: number;
  readonly tokens: number;
  /** `enum Scoring` of native/selection.h. */
  readonly scoring: number;
}

/** Where the representatives of a block are kept. */
export interface BlockPlace {
  readonly address: number;
  /** Tells kernels whether what they find there is of this block. */
  readonly id: number;
}

interface Entry extends Omit<CachedBlock, "firstPage">, BlockPlace {
  readonly key: number;
  /** Number of the last plan that used it. */
  usedIn: number;
}

/**
 * Memory for the representatives of blocks, of all layers and KV heads: which block has which place. Whether a place already holds what
 * belongs there, and whether pages have been written since, is for the kernels to find out: here a plan is made before its step runs.
 */
export class RepresentativeCache {
  readonly #host: KernelHost;
  readonly #pageSize: number;
  readonly #blockBytes: number;
  /** Blocks kept before those not used for longest give up their places. */
  readonly #capacity: number;
  readonly #slabs: number[] = [];
  readonly #slabBlocks: number;
  readonly #freePlaces: number[] = [];
  /** Least recently used first. */
  readonly #entries = new Map<number, Entry>();
  readonly #byKey = new Map<number, Entry[]>();
  #plan = 0;
  #nextId = 1;

  /** @param blockBytes for the representatives of one block, in all layers and KV heads. */
  constructor(host: KernelHost, pageSize: number, blockBytes: number, capacity: number) {
    this.#host = host;
    this.#pageSize = pageSize;
    this.#blockBytes = blockBytes;
    this.#capacity = capacity;
    this.#slabBlocks = Math.max(1, Math.floor(SLAB_BYTES / blockBytes));
  }

  get residentBytes(): number {
    return this.#slabs.length * this.#slabBlocks * this.#blockBytes;
  }

  /** Begins a plan: the places it finds stay those of their blocks until the next one. */
  beginPlan(): void {
    this.#plan++;
  }

  /** The place of a block, which is given one if it has none. */
  find(block: CachedBlock): BlockPlace {
    const key = this.#keyOf(block);
    const known = this.#byKey.get(key)?.find((entry) => isSame(entry, block));
    if (known !== undefined) {
      if (known.usedIn !== this.#plan) {
        known.usedIn = this.#plan;
        this.#entries.delete(known.id);
        this.#entries.set(known.id, known);
      }
      return known;
    }
    const { firstPage, firstSlot, tokens, scoring } = block;
    const pages = block.pages.slice(firstPage, firstPage + this.#pagesOf(block));
    const entry = { pages, firstSlot, tokens, scoring, key, address: this.#takePlace(), id: this.#nextId++, usedIn: this.#plan };
    this.#entries.set(entry.id, entry);
    const others = this.#byKey.get(key);
    if (others === undefined) this.#byKey.set(key, [entry]);
    else others.push(entry);
    return entry;
  }

  dispose(): void {
    for (const slab of this.#slabs) this.#host.free(slab);
    this.#slabs.length = 0;
  }

  #pagesOf({ firstSlot, tokens }: CachedBlock): number {
    return Math.ceil((firstSlot + tokens) / this.#pageSize);
  }

  #keyOf({ pages, firstPage, firstSlot, tokens, scoring }: CachedBlock): number {
    return (((pages[firstPage] ?? 0) * this.#pageSize + firstSlot) * 2 + scoring) * 2 ** 20 + tokens;
  }

  #takePlace(): number {
    const [oldest] = this.#entries.size < this.#capacity ? [] : this.#entries.values();
    if (oldest !== undefined && oldest.usedIn !== this.#plan) {
      this.#forget(oldest);
      return oldest.address;
    }
    const free = this.#freePlaces.pop();
    if (free !== undefined) return free;
    const slab = this.#host.allocate(this.#slabBlocks * this.#blockBytes);
    this.#slabs.push(slab);
    for (let at = this.#slabBlocks - 1; at > 0; at--) this.#freePlaces.push(slab + at * this.#blockBytes);
    return slab;
  }

  #forget({ id, key }: Entry): void {
    this.#entries.delete(id);
    const others = this.#byKey.get(key)?.filter((entry) => entry.id !== id) ?? [];
    if (others.length === 0) this.#byKey.delete(key);
    else this.#byKey.set(key, others);
  }
}

function isSame(entry: Entry, block: CachedBlock): boolean {
  if (entry.tokens !== block.tokens || entry.firstSlot !== block.firstSlot || entry.scoring !== block.scoring) return false;
  for (let index = 0; index < entry.pages.length; index++) {
    if (entry.pages[index] !== block.pages[block.firstPage + index]) return false;
  }
  return true;
}
