import { ConfigError } from "../errors/config-error.ts";
import { InvariantError } from "../errors/invariant-error.ts";
import { StaleHandleError } from "../errors/stale-handle-error.ts";
import type { PageId } from "../ids.ts";

/** Pages by state; `free + referenced + cached = total` always holds. */
export interface PageCounts {
  /** Nobody's. */
  readonly free: number;
  /** Read or written by at least one sequence or pin. */
  readonly referenced: number;
  /** Kept by the prefix index only; given up when pages are needed. */
  readonly cached: number;
  readonly total: number;
}

export type Reservation =
  | { readonly ok: true; readonly pages: readonly PageId[] }
  /** `free` counts pages that could be had: free ones and those the index can give up. */
  | { readonly ok: false; readonly needed: number; readonly free: number };

/** Whoever keeps unreferenced pages for later: the prefix index. */
export interface PageHolder {
  /** Held pages that `evict` can give up now. */
  readonly evictableCount: number;
  /** Stops holding the least recently used evictable page. Called only while `evictableCount > 0`; calls `PagePool.unhold`. */
  evict(): void;
  /** A held page got its first reference. */
  pageReferenced(page: PageId): void;
  /** A held page lost its last reference. */
  pageUnreferenced(page: PageId): void;
}

/**
 * Who uses which page: indices and reference counts, no bytes.
 *
 * Invariants: every page is in exactly one state; a page with references is never handed out again; a page that the index holds goes to
 * `cached`, not `free`, when its last reference goes; `tryReserve` evicts only when it will succeed.
 *
 * @example
 * const pool = new PagePool({ pageCount: 1024 });
 * const reservation = pool.tryReserve(2);
 * if (reservation.ok) reservation.pages.forEach((page) => pool.release(page));
 */
export class PagePool {
  readonly #pageCount: number;
  readonly #refCounts: Int32Array;
  readonly #isHeld: Uint8Array;
  /** Stack, so that recently used (warm) pages are handed out first. */
  readonly #free: PageId[];
  #referenced = 0;
  #cached = 0;
  #holder: PageHolder | undefined;

  /** @throws ConfigError unless `pageCount` is an integer of at least 1. */
  constructor(options: { readonly pageCount: number }) {
    const { pageCount } = options;
    if (!Number.isInteger(pageCount) || pageCount < 1) {
      throw new ConfigError({ option: "pageCount", reason: `is ${pageCount}; a pool needs at least one page.` });
    }
    this.#pageCount = pageCount;
    this.#refCounts = new Int32Array(pageCount);
    this.#isHeld = new Uint8Array(pageCount);
    this.#free = Array.from({ length: pageCount }, (_, index) => (pageCount - 1 - index) as PageId);
  }

  /** Connects the index that keeps unreferenced pages. One per pool. */
  attachHolder(holder: PageHolder): void {
    if (this.#holder !== undefined)
      throw new ConfigError({ option: "pool", reason: "has a prefix index already; give each index its own pool." });
    this.#holder = holder;
  }

  /** Pages that could be had: free ones and those the index can give up now. */
  get available(): number {
    return this.#free.length + (this.#holder?.evictableCount ?? 0);
  }

  /** Takes `count` pages with one reference each, all or none; evicts cached pages where free ones do not suffice. */
  tryReserve(count: number): Reservation {
    const { available } = this;
    if (count > available) return { ok: false, needed: count, free: available };
    while (this.#free.length < count) this.#holder?.evict();
    const pages = this.#free.splice(this.#free.length - count, count).reverse();
    for (const page of pages) this.#refCounts[page] = 1;
    this.#referenced += count;
    return { ok: true, pages };
  }

  /**
   * Adds a reference to a referenced or cached page.
   * @throws StaleHandleError for a free page.
   */
  retain(page: PageId): void {
    const count = this.refCount(page);
    if (count === 0) {
      if (!this.isHeld(page)) throw new StaleHandleError({ handle: `page ${page}`, operation: "retain" });
      this.#cached--;
      this.#referenced++;
    }
    this.#refCounts[page] = count + 1;
    if (count === 0) this.#holder?.pageReferenced(page);
  }

  /**
   * Takes a reference away; with the last one the page becomes cached where the index holds it, else free.
   * @throws StaleHandleError for a page without references.
   */
  release(page: PageId): void {
    const count = this.refCount(page);
    if (count === 0) throw new StaleHandleError({ handle: `page ${page}`, operation: "release" });
    this.#refCounts[page] = count - 1;
    if (count > 1) return;
    this.#referenced--;
    if (this.isHeld(page)) {
      this.#cached++;
      this.#holder?.pageUnreferenced(page);
    } else {
      this.#free.push(page);
    }
  }

  /** Releases pages last to first, so that the index forgets a prefix from its end. */
  releaseAll(pages: readonly PageId[]): void {
    for (let index = pages.length - 1; index >= 0; index--) this.release(pages[index] as PageId);
  }

  /** References of a page; 0 for free and cached pages. */
  refCount(page: PageId): number {
    const count = this.#refCounts[page];
    if (count === undefined) throw new StaleHandleError({ handle: `page ${page} of ${this.#pageCount}`, operation: "refCount" });
    return count;
  }

  /** Whether the prefix index keeps the page. */
  isHeld(page: PageId): boolean {
    return this.#isHeld[page] === 1;
  }

  /** Whether its one referrer may write the page: nobody else reads it, nor will the index hand it out. */
  isExclusive(page: PageId): boolean {
    return this.refCount(page) === 1 && !this.isHeld(page);
  }

  /** For the index alone: keeps a referenced page beyond its last reference. */
  hold(page: PageId): void {
    if (this.refCount(page) === 0 || this.isHeld(page))
      throw new InvariantError({ invariant: `the index holds page ${page} only once and while it is referenced` });
    this.#isHeld[page] = 1;
  }

  /** For the index alone: stops keeping a page, which becomes free where nothing references it. */
  unhold(page: PageId): void {
    if (!this.isHeld(page)) throw new InvariantError({ invariant: `the index gives up only pages it holds, not page ${page}` });
    this.#isHeld[page] = 0;
    if (this.refCount(page) > 0) return;
    this.#cached--;
    this.#free.push(page);
  }

  counts(): PageCounts {
    return { free: this.#free.length, referenced: this.#referenced, cached: this.#cached, total: this.#pageCount };
  }

  /**
   * Recounts every page; for tests and diagnostics.
   * @throws InvariantError where a counter or the free list is wrong.
   */
  checkIntegrity(): void {
    const seen = new Uint8Array(this.#pageCount);
    for (const page of this.#free) {
      if (seen[page] === 1) throw new InvariantError({ invariant: `page ${page} is in the free list once` });
      if (this.#refCounts[page] !== 0 || this.#isHeld[page] === 1) throw new InvariantError({ invariant: `free page ${page} has no user` });
      seen[page] = 1;
    }
    let referenced = 0;
    let cached = 0;
    for (let page = 0; page < this.#pageCount; page++) {
      const count = this.#refCounts[page] as number;
      if (count > 0) referenced++;
      else if (this.#isHeld[page] === 1) cached++;
      else if (seen[page] !== 1) throw new InvariantError({ invariant: `unused page ${page} is in the free list` });
    }
    const counted = { free: this.#free.length, referenced, cached, total: this.#pageCount };
    const claimed = this.counts();
    if (referenced !== claimed.referenced || cached !== claimed.cached || claimed.free + referenced + cached !== this.#pageCount) {
      throw new InvariantError({ invariant: `page counts ${JSON.stringify(claimed)} equal a recount ${JSON.stringify(counted)}` });
    }
  }
}
