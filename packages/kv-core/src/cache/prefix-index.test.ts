import { describe, expect, it } from "vitest";
import type { PageId } from "../ids.ts";
import { hashFields, hashRoot, type PrefixRootKey, type PrefixScope } from "./page-hash.ts";
import { PagePool } from "./page-pool.ts";
import { PrefixIndex, type PrefixRoot } from "./prefix-index.ts";

const pageSize = 4;
const mine: PrefixRootKey = { scope: { kind: "tenant", salt: "mine" }, model: "m", format: "f" };

function setUp(pageCount = 8): { pool: PagePool; index: PrefixIndex; root: PrefixRoot } {
  const pool = new PagePool({ pageCount });
  const index = new PrefixIndex({ pool, pageSize });
  return { pool, index, root: index.rootFor(mine) };
}

const tokens = (text: string): number[] => [...text].map((character) => character.charCodeAt(0));

/** Computes the full pages of `text`, makes them findable and lets go of them. @returns the pages */
function learn({ pool, index, root }: ReturnType<typeof setUp>, text: string): readonly PageId[] {
  const reservation = pool.tryReserve(Math.floor(text.length / pageSize));
  if (!reservation.ok) throw new Error("the pool has too few pages for this test");
  index.insert(root, tokens(text), reservation.pages);
  pool.releaseAll(reservation.pages);
  return reservation.pages;
}

describe("PrefixIndex", () => {
  it("finds full pages of the longest known start", () => {
    const world = setUp();
    const pages = learn(world, "abcdefghij");
    const found = (text: string, limit?: number): readonly PageId[] => world.index.match(world.root, tokens(text), limit).pages;
    expect(found("abcdefghijkl")).toEqual(pages);
    expect(found("abcdefgh", 7)).toEqual(pages.slice(0, 1));
    expect(found("abcdefgX")).toEqual(pages.slice(0, 1));
    expect(found("Xbcdefgh")).toEqual([]);
    expect(found("efgh")).toEqual([]);
    expect(found("")).toEqual([]);
    expect(world.index.match(world.root, tokens("abcdefgh")).tokens).toBe(8);
  });

  it("keeps the page it has where the same prefix is computed twice", () => {
    const world = setUp();
    const first = learn(world, "abcdefgh");
    expect(world.pool.counts()).toMatchObject({ cached: 2, free: 6 });
    learn(world, "abcdXXXX");
    expect(world.pool.counts()).toMatchObject({ cached: 3, free: 5 });
    expect(world.index.match(world.root, tokens("abcdefgh")).pages).toEqual(first);
  });

  it("shares nothing between tenants, models, formats and the public", () => {
    const world = setUp();
    learn(world, "abcdefgh");
    const others: PrefixRootKey[] = [
      { ...mine, scope: { kind: "tenant", salt: "yours" } },
      { ...mine, scope: { kind: "public" } },
      { ...mine, model: "n" },
      { ...mine, format: "g" },
      // Lengths in front of the fields keep these from running together.
      { scope: { kind: "tenant", salt: "min" }, model: "em", format: "f" },
      { scope: { kind: "tenant", salt: "mine" }, model: "mf", format: "" },
    ];
    for (const key of others) expect(world.index.match(world.index.rootFor(key), tokens("abcdefgh")).pages).toEqual([]);
    expect(world.index.rootFor({ ...mine })).toBe(world.root);
  });

  it("gives up the least recently released leaf first, never a page before its children", () => {
    const world = setUp(6);
    const old = learn(world, "aaaabbbbcccc");
    const young = learn(world, "aaaaXXXX");
    // Used again: its pages are younger than "XXXX" now.
    const again = world.index.match(world.root, tokens("aaaabbbbcccc")).pages;
    for (const page of again) world.pool.retain(page);
    world.pool.releaseAll(again);
    const freed = (count: number): readonly PageId[] => {
      const reservation = world.pool.tryReserve(count);
      if (!reservation.ok) throw new Error(`${reservation.free} of ${count} pages`);
      world.pool.releaseAll(reservation.pages);
      return reservation.pages;
    };
    expect(world.pool.counts()).toEqual({ free: 2, referenced: 0, cached: 4, total: 6 });
    expect(freed(3)).toContain(young[1]);
    expect(freed(4)).toContain(old[2]);
    expect(world.index.match(world.root, tokens("aaaabbbbcccc")).pages).toEqual(old.slice(0, 2));
    freed(6);
    expect(world.index.size).toBe(0);
    world.pool.checkIntegrity();
  });

  it("gives up the start of a prefix whose continuation is in use when nothing else is left, and forgets the rest", () => {
    const world = setUp(6);
    const [first, second, third] = learn(world, "abcdefghijkl") as [PageId, PageId, PageId];
    const [other] = learn(world, "other") as [PageId];
    world.pool.retain(third);
    expect(world.pool.counts()).toEqual({ free: 2, referenced: 1, cached: 3, total: 6 });
    expect(world.pool.available).toBe(5);
    world.pool.tryReserve(3);
    expect([first, second, third, other].map((page) => world.pool.isHeld(page))).toEqual([true, true, true, false]);
    // The end first: the page before the one in use, and what hangs from it.
    world.pool.tryReserve(1);
    expect([first, second, third].map((page) => world.pool.isHeld(page))).toEqual([true, false, false]);
    expect(world.index.match(world.root, tokens("abcdefghijkl")).tokens).toBe(4);
    expect(world.pool.refCount(third)).toBe(1);
    world.pool.release(third);
    expect(world.pool.counts()).toEqual({ free: 1, referenced: 4, cached: 1, total: 6 });
    world.pool.checkIntegrity();
  });

  it("goes on where a cursor left off, and from the start where that is gone", () => {
    const { pool, index, root } = setUp();
    const reservation = pool.tryReserve(3);
    if (!reservation.ok) return;
    const { pages } = reservation;
    const cursor = index.insert(root, tokens("abcd"), pages.slice(0, 1));
    expect(cursor.tokens).toBe(4);
    const further = index.insert(root, tokens("abcdefghijkl"), pages.slice(0, 2), cursor);
    expect(further.tokens).toBe(8);
    expect(index.match(root, tokens("abcdefgh")).pages).toEqual(pages.slice(0, 2));
    // A cursor of other tokens is not believed.
    index.insert(root, tokens("XXXXYYYY"), [pages[2] as PageId], further);
    expect(index.match(root, tokens("XXXX")).pages).toEqual([pages[2]]);
    index.forget(root);
    expect(index.size).toBe(0);
    const fresh = index.rootFor(mine);
    index.insert(fresh, tokens("abcdefgh"), pages.slice(0, 2), further);
    expect(index.match(fresh, tokens("abcdefgh")).pages).toEqual(pages.slice(0, 2));
    // What is inserted under a forgotten root is not kept.
    index.insert(root, tokens("XXXX"), [pages[2] as PageId]);
    expect(index.size).toBe(2);
  });

  it("forgets a root without taking pages from those who use them", () => {
    const world = setUp();
    const [first] = learn(world, "abcdefgh") as [PageId];
    world.pool.retain(first);
    world.index.forget(world.root);
    expect(world.pool.counts()).toEqual({ free: 7, referenced: 1, cached: 0, total: 8 });
    world.pool.release(first);
    expect(world.pool.counts().free).toBe(8);
  });

  it("says so where fewer tokens than pages are given", () => {
    const { pool, index, root } = setUp();
    pool.tryReserve(1);
    expect(() => index.insert(root, tokens("abc"), [0 as PageId])).toThrow(/bug; report/);
  });

  it("takes one index per pool", () => {
    const { pool } = setUp();
    expect(() => new PrefixIndex({ pool, pageSize })).toThrow(/prefix index already/);
  });

  it("evicts without looking at all pages each time", () => {
    const pageCount = 60_000;
    const world = setUp(pageCount);
    const start = performance.now();
    for (let chain = 0; chain < pageCount / 4; chain++) learn(world, String(chain).padStart(16, "0").split("").reverse().join(""));
    const filled = performance.now();
    expect(world.pool.counts().cached).toBeGreaterThan(pageCount / 2);
    expect(world.pool.tryReserve(pageCount).ok).toBe(true);
    // Filling hashes every page and takes some ten times as long; with a scan per eviction it would be the other way round.
    expect(performance.now() - filled).toBeLessThan(filled - start);
  });
});

describe("hashes", () => {
  it("are chained SHA-256 over length-prefixed fields", () => {
    // sha256 of the bytes 01 00 00 00 61, computed with another program.
    expect(Buffer.from(hashFields([Buffer.from("a")]), "latin1").toString("hex")).toBe(
      "f9f2eff042fb3ba78744d4688e6cd19f9055d8d08fb3d72170e8aa9e6c5b7592",
    );
    expect(hashFields([Buffer.from("ab"), Buffer.from("c")])).not.toBe(hashFields([Buffer.from("a"), Buffer.from("bc")]));
    const publicScope: PrefixScope = { kind: "public" };
    expect(hashRoot({ ...mine, scope: publicScope })).not.toBe(hashRoot({ ...mine, scope: { kind: "tenant", salt: "" } }));
  });
});
