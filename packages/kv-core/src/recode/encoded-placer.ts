import { type BytesAt, ENCODED_ALIGNMENT } from "../backend/encoded-pages.ts";
import type { FilledPage } from "../cache/page-piece.ts";
import type { PagePool } from "../cache/page-pool.ts";
import type { PageId } from "../ids.ts";

interface OpenPage {
  readonly page: PageId;
  used: number;
}

/**
 * Finds places for encoded bytes: in the free ends of pages that the sequence filled before, then in fresh pages. Holds one reference to each of
 * them, and to those it is told to hold, until it is released: the sequence may drop a page with a free end before it is filled.
 */
export class EncodedPlacer {
  readonly #pool: PagePool;
  readonly #pageBytes: number;
  readonly #pages: OpenPage[];
  readonly #held = new Set<PageId>();

  /** @param open pages with free ends, which the sequence holds */
  constructor(pool: PagePool, pageBytes: number, open: readonly FilledPage[]) {
    this.#pool = pool;
    this.#pageBytes = pageBytes;
    this.#pages = open.map(({ page, used }) => ({ page, used: aligned(used) }));
    for (const { page } of open) this.hold(page);
  }

  /** A place for so many bytes, at most a page's; undefined where the pool has no page for them. */
  place(byteLength: number): BytesAt | undefined {
    const open = this.#pages.find(({ used }) => used + byteLength <= this.#pageBytes) ?? this.#openPage();
    if (open === undefined) return undefined;
    const offset = open.used;
    open.used = aligned(offset + byteLength);
    return { page: open.page, offset };
  }

  /** Keeps a page from being given up that what is placed depends on. */
  hold(page: PageId): void {
    if (this.#held.has(page)) return;
    this.#pool.retain(page);
    this.#held.add(page);
  }

  /** How far a page is filled now; undefined for one that bytes were not placed in. */
  usedOf(page: PageId): number | undefined {
    return this.#pages.find((open) => open.page === page)?.used;
  }

  /** Gives back its references. Bytes stay where somebody else refers to their pages. */
  release(): void {
    this.#pool.releaseAll([...this.#held]);
    this.#held.clear();
  }

  #openPage(): OpenPage | undefined {
    const reservation = this.#pool.tryReserve(1);
    if (!reservation.ok) return undefined;
    const open = { page: reservation.pages[0] as PageId, used: 0 };
    // The reservation's reference is the one it holds.
    this.#held.add(open.page);
    this.#pages.push(open);
    return open;
  }
}

function aligned(bytes: number): number {
  return Math.ceil(bytes / ENCODED_ALIGNMENT) * ENCODED_ALIGNMENT;
}
