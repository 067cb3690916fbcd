import { describe, expect, it } from "vitest";
import { StaleHandleError } from "../errors/stale-handle-error.ts";
import type { PageId } from "../ids.ts";
import { PagePool } from "./page-pool.ts";

function reserve(pool: PagePool, count: number): readonly PageId[] {
  const reservation = pool.tryReserve(count);
  if (!reservation.ok) throw new Error("the pool has too few pages for this test");
  return reservation.pages;
}

describe("PagePool", () => {
  it("hands out every page once and takes all or none", () => {
    const pool = new PagePool({ pageCount: 5 });
    const pages = reserve(pool, 3);
    expect(pool.tryReserve(3)).toEqual({ ok: false, needed: 3, free: 2 });
    expect(pool.counts()).toEqual({ free: 2, referenced: 3, cached: 0, total: 5 });
    expect(new Set([...pages, ...reserve(pool, 2)]).size).toBe(5);
    expect(pool.tryReserve(0)).toEqual({ ok: true, pages: [] });
    pool.checkIntegrity();
  });

  it("frees a page with its last reference", () => {
    const pool = new PagePool({ pageCount: 1 });
    const [page] = reserve(pool, 1) as [PageId];
    pool.retain(page);
    expect(pool.isExclusive(page)).toBe(false);
    pool.release(page);
    expect(pool.counts().free).toBe(0);
    expect(pool.isExclusive(page)).toBe(true);
    pool.release(page);
    expect(pool.counts().free).toBe(1);
    pool.checkIntegrity();
  });

  it("refuses pages that nobody has", () => {
    const pool = new PagePool({ pageCount: 2 });
    const free = 0 as PageId;
    expect(() => pool.retain(free)).toThrow(StaleHandleError);
    expect(() => pool.release(free)).toThrow(StaleHandleError);
    expect(() => pool.release(7 as PageId)).toThrow(/page 7 of 2/);
    expect(() => pool.hold(free)).toThrow(/bug; report/);
    expect(() => pool.unhold(free)).toThrow(/bug; report/);
    pool.checkIntegrity();
  });

  it.each([0, -1, 1.5, NaN])("refuses %d pages", (pageCount) => {
    expect(() => new PagePool({ pageCount })).toThrow(/pageCount/);
  });
});
