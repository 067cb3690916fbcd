import { describe, expect, it } from "vitest";
import { DisposedError } from "../errors/disposed-error.ts";
import { PolicyContractError } from "../errors/policy-contract-error.ts";
import { StaleHandleError } from "../errors/stale-handle-error.ts";
import type { PageId, SequenceId } from "../ids.ts";
import { validateSegment } from "../plan/validate-segment.ts";
import { PagePool } from "./page-pool.ts";
import { PrefixIndex } from "./prefix-index.ts";
import type { SlotReservation } from "./cache-results.ts";
import { SequenceCache } from "./sequence-cache.ts";

const pageSize = 16;
const id = (value: number): SequenceId => value as SequenceId;

function setUp(pageCount = 16): { pool: PagePool; cache: SequenceCache } {
  const pool = new PagePool({ pageCount });
  return { pool, cache: SequenceCache.create(pool, { id: id(1), pageSize }) };
}

function reserve(cache: SequenceCache, count: number): Extract<SlotReservation, { ok: true }> {
  const reserved = cache.reserve(count);
  if (!reserved.ok) throw new Error("the pool has too few pages for this test");
  return reserved;
}

/** What a reader sees: first position, tokens and shift of each segment. */
function spans(cache: SequenceCache): string[] {
  return cache.toSegments().map((segment) => {
    validateSegment(segment, { policy: "test", pageSize });
    const { firstPosition, length, shift, positions } = segment;
    return `${firstPosition}+${length}${shift === 0 ? "" : ` shift ${shift}`}${positions === undefined ? "" : ` at ${positions.join()}`}`;
  });
}

describe("reserve", () => {
  it("fills pages in order and takes new ones when needed", () => {
    const { cache, pool } = setUp();
    const first = reserve(cache, 20);
    const [a, b] = cache.pages as [PageId, PageId];
    expect(first.firstPosition).toBe(0);
    expect([...first.slots]).toEqual([
      ...Array.from({ length: 16 }, (_, i) => a * 16 + i),
      ...Array.from({ length: 4 }, (_, i) => b * 16 + i),
    ]);
    expect([...reserve(cache, 1).slots]).toEqual([b * 16 + 4]);
    expect(pool.counts().referenced).toBe(2);
    expect(cache.length).toBe(21);
    expect(spans(cache)).toEqual(["0+21"]);
    expect(reserve(cache, 0)).toMatchObject({ firstPosition: 21, copies: [] });
  });

  it("changes nothing where the pool has not enough pages", () => {
    const { cache, pool } = setUp(2);
    reserve(cache, 10);
    expect(cache.reserve(30)).toEqual({ ok: false, needed: 2, free: 1 });
    expect([cache.length, pool.counts().free]).toEqual([10, 1]);
    expect(cache.reserve(22).ok).toBe(true);
  });
});

describe("sharing", () => {
  it("copies a shared partial page before writing to it, once per sequence", () => {
    const { cache, pool } = setUp();
    reserve(cache, 20);
    const fork = cache.fork(id(2));
    const [, tail] = cache.pages as [PageId, PageId];
    const written = reserve(fork, 1);
    expect(written.copies).toEqual([{ from: tail, to: fork.pages[1] }]);
    expect([...written.slots]).toEqual([(fork.pages[1] as number) * 16 + 4]);
    expect(reserve(fork, 1).copies).toEqual([]);
    // Nobody else reads the original any more.
    expect(reserve(cache, 1).copies).toEqual([]);
    expect(cache.pages[0]).toBe(fork.pages[0]);
    expect(pool.counts().referenced).toBe(3);
  });

  it("copies a page that the index holds", () => {
    const { cache, pool } = setUp();
    const index = new PrefixIndex({ pool, pageSize });
    const root = index.rootFor({ scope: { kind: "public" }, model: "m", format: "f" });
    reserve(cache, 16);
    index.insert(
      root,
      Array.from({ length: 16 }, (_, i) => i),
      cache.takeSealed() ?? [],
    );
    cache.truncate(10);
    const [held] = cache.pages;
    const { copies } = reserve(cache, 1);
    expect(copies).toEqual([{ from: held, to: cache.pages[0] }]);
    expect(pool.counts()).toMatchObject({ referenced: 1, cached: 1 });
  });

  it("cuts segments alike whether pages are shared or its own", () => {
    const { cache, pool } = setUp();
    reserve(cache, 40);
    const reader = SequenceCache.create(pool, { id: id(2), pageSize });
    reader.attach({ pages: cache.pages.slice(0, 2), length: 32, firstPosition: 0 });
    reserve(reader, 8);
    expect(spans(reader)).toEqual(spans(cache));
    expect(reader.toSegments([id(2), id(5)])[0]?.readers).toEqual([2, 5]);
  });

  it("pins a context with its partial last page beyond the sequence", () => {
    const { cache, pool } = setUp();
    reserve(cache, 20);
    const pin = cache.pin();
    cache.release();
    expect(pool.counts().referenced).toBe(2);
    const reader = SequenceCache.create(pool, { id: id(2), pageSize });
    reader.attach({ pages: pin.pages, length: pin.length, firstPosition: 0, role: "context" });
    expect(reserve(reader, 1).copies).toHaveLength(1);
    pin.release();
    expect(() => pin.release()).toThrow(DisposedError);
    reader.release();
    expect(pool.counts().free).toBe(16);
  });

  it("attaches nothing where a page is gone, nor out of order", () => {
    const { cache, pool } = setUp();
    const reservation = pool.tryReserve(1);
    if (!reservation.ok) return;
    const [page] = reservation.pages as [PageId];
    const gone = ((page + 1) % 16) as PageId;
    expect(() => cache.attach({ pages: [page, gone], length: 32, firstPosition: 0 })).toThrow(StaleHandleError);
    expect(pool.refCount(page)).toBe(1);
    reserve(cache, 5);
    expect(() => cache.attach({ pages: [page], length: 16, firstPosition: 0 })).toThrow(/after position 4/);
    expect(() => cache.attach({ pages: [page], length: 17, firstPosition: 40 })).toThrow(/17 attached tokens/);
  });

  it("stitches contexts at a shift and goes on at the next position in a page of its own", () => {
    const { cache, pool } = setUp();
    reserve(cache, 20);
    const reader = SequenceCache.create(pool, { id: id(2), pageSize });
    reader.attach({ pages: cache.pages, length: 20, firstPosition: 0 });
    reader.attach({ pages: cache.pages, length: 20, firstPosition: 0, startPosition: 20 });
    const next = reserve(reader, 3);
    expect(next).toMatchObject({ firstPosition: 40, copies: [] });
    expect(spans(reader)).toEqual(["0+20", "0+20 shift 20", "40+3"]);
    reader.release();
    cache.release();
    expect(pool.counts().free).toBe(16);
  });
});

describe("placed contexts", () => {
  it("attaches parts of pages, and takes pages of its own for tokens that are computed again between them", () => {
    const { pool, cache } = setUp();
    reserve(cache, 40);
    const { pages } = cache;
    const reader = SequenceCache.create(pool, { id: id(2), pageSize });
    reader.attach({ pages: pages.slice(0, 2), skip: 3, length: 20, firstPosition: 3, startPosition: 103, role: "context" });
    reader.attach({ pages: pages.slice(1, 2), skip: 10, length: 2, firstPosition: 26, startPosition: 126, role: "context" });
    const again = reader.reserveAt([90, 91, 124, 125]);
    reader.skipTo(140);
    expect(again).toMatchObject({ ok: true, copies: [] });
    expect(spans(reader)).toEqual(["3+20 shift 100", "26+2 shift 100", "90+4 at 90,91,124,125"]);
    expect(reserve(reader, 2).firstPosition).toBe(140);
    expect(spans(reader)).toEqual(["3+20 shift 100", "26+2 shift 100", "90+6 at 90,91,124,125,140,141"]);
    expect([reader.length, reader.tokenCount, reader.pageCount]).toEqual([142, 28, 3]);
    reader.release();
    cache.release();
    expect(pool.counts().referenced).toBe(0);
  });

  it("changes nothing where the pool has no pages for what is computed again", () => {
    const { cache, pool } = setUp(1);
    expect(cache.reserveAt(Array.from({ length: 17 }, (_, position) => position))).toEqual({ ok: false, needed: 2, free: 1 });
    expect([cache.length, pool.counts().free]).toEqual([0, 1]);
    expect(() => cache.attach({ pages: [0 as PageId], skip: 16, length: 1, firstPosition: 0 })).toThrow(/fill/);
  });
});

describe("retention", () => {
  it("drops pages, keeps positions", () => {
    const { cache, pool } = setUp();
    reserve(cache, 50);
    const [, second, third] = cache.pages as [PageId, PageId, PageId];
    expect(cache.applyRetention({ actions: [{ type: "drop-pages", pages: [second, third] }] }, "p")).toEqual({
      moves: [],
      releasedPages: 2,
      deferred: [],
      recodings: [],
    });
    expect(pool.counts().free).toBe(14);
    expect(spans(cache)).toEqual(["0+16", "48+2"]);
    expect(reserve(cache, 1).firstPosition).toBe(50);
    expect([cache.length, cache.tokenCount]).toEqual([51, 19]);
  });

  it("packs kept tokens into as few pages as they need, in place where it may", () => {
    const { cache, pool } = setUp();
    reserve(cache, 48);
    const [first, second, third] = cache.pages as [PageId, PageId, PageId];
    const keep = [1, 17, 18, 40];
    const result = cache.applyRetention({ actions: [{ type: "compact-tokens", pages: [first, second, third], keep }] }, "p");
    expect(result.moves).toEqual([
      { from: first * 16 + 1, to: first * 16 },
      { from: second * 16 + 1, to: first * 16 + 1 },
      { from: second * 16 + 2, to: first * 16 + 2 },
      { from: third * 16 + 8, to: first * 16 + 3 },
    ]);
    expect([result.releasedPages, pool.counts().free]).toEqual([2, 15]);
    expect(spans(cache)).toEqual(["1+4 at 1,17,18,40"]);
    // New tokens go on in the same page.
    expect([...reserve(cache, 2).slots]).toEqual([first * 16 + 4, first * 16 + 5]);
    expect(spans(cache)).toEqual(["1+6 at 1,17,18,40,48,49"]);
  });

  it("replaces shared pages when it packs, and defers where there are no pages for that", () => {
    const { cache, pool } = setUp(3);
    reserve(cache, 32);
    const fork = cache.fork(id(2));
    const { pages } = cache;
    const action = { type: "compact-tokens" as const, pages, keep: Array.from({ length: 20 }, (_, i) => i) };
    expect(cache.applyRetention({ actions: [action] }, "p")).toEqual({ moves: [], releasedPages: 0, deferred: [action], recodings: [] });
    expect(cache.pages).toEqual(pages);
    const fewer = { ...action, keep: [0, 31] };
    const result = cache.applyRetention({ actions: [fewer] }, "p");
    expect(result).toMatchObject({ releasedPages: 2, deferred: [] });
    expect(result.moves.every(({ to }) => Math.floor(to / 16) === cache.pages[0])).toBe(true);
    expect(fork.pages).toEqual(pages);
    expect(pool.counts().referenced).toBe(3);
  });

  it("packs tokens of different shifts apart", () => {
    const { cache, pool } = setUp();
    reserve(cache, 32);
    const reader = SequenceCache.create(pool, { id: id(2), pageSize });
    reader.attach({ pages: cache.pages.slice(0, 1), length: 16, firstPosition: 0 });
    reader.attach({ pages: cache.pages.slice(1), length: 16, firstPosition: 16, startPosition: 36 });
    expect(spans(reader)).toEqual(["0+16", "16+16 shift 20"]);
    reader.compactTokens(reader.pages, [0, 5, 16, 20]);
    expect(spans(reader)).toEqual(["0+2 at 0,5", "16+2 shift 20 at 16,20"]);
  });

  it.each([
    [
      "an unknown codec",
      [{ type: "recode-pages", pages: [0], to: { codec: "packed", bytesPerToken: 1 } }],
      /"packed"; pages can be rewritten in no codec here/,
    ],
    ["pages of others", [{ type: "drop-pages", pages: [9] }], /page 9, which the sequence does not hold/],
    ["pages out of order", [{ type: "compact-tokens", pages: [1, 0], keep: [0] }], /token order/],
  ])("refuses %s", (_, actions, message) => {
    const { cache } = setUp();
    reserve(cache, 32);
    const plan = { actions: actions as never };
    expect(() => cache.applyRetention(plan, "p")).toThrow(PolicyContractError);
    expect(() => cache.applyRetention(plan, "p")).toThrow(message);
    expect(cache.tokenCount).toBe(32);
  });
});

describe("takeSealed", () => {
  it("lists all full pages from the start when there are new ones", () => {
    const { cache } = setUp();
    reserve(cache, 15);
    expect(cache.takeSealed()).toBeUndefined();
    reserve(cache, 18);
    expect(cache.takeSealed()).toEqual(cache.pages.slice(0, 2));
    expect(cache.takeSealed()).toBeUndefined();
    reserve(cache, 15);
    expect(cache.takeSealed()).toEqual(cache.pages);
  });

  it("stops at the first hole for good", () => {
    const { cache } = setUp();
    reserve(cache, 48);
    expect(cache.takeSealed()).toHaveLength(3);
    cache.dropPages([cache.pages[1] as PageId]);
    reserve(cache, 32);
    expect(cache.takeSealed()).toBeUndefined();
    cache.dropPages([cache.pages[0] as PageId]);
    reserve(cache, 64);
    expect(cache.takeSealed()).toBeUndefined();
  });

  it("counts again what was truncated and filled anew", () => {
    const { cache } = setUp();
    reserve(cache, 32);
    cache.takeSealed();
    expect(cache.truncate(17)).toBe(0);
    reserve(cache, 15);
    expect(cache.takeSealed()).toHaveLength(2);
    expect(cache.truncate(16)).toBe(1);
    expect(cache.length).toBe(16);
  });

  it("leaves out shifted contexts", () => {
    const { cache, pool } = setUp();
    reserve(cache, 32);
    const reader = SequenceCache.create(pool, { id: id(2), pageSize });
    reader.attach({ pages: cache.pages, length: 32, firstPosition: 0, startPosition: 16 });
    expect(reader.takeSealed()).toBeUndefined();
  });
});

it("refuses everything after release", () => {
  const { cache, pool } = setUp();
  reserve(cache, 3);
  cache.release();
  expect(pool.counts().free).toBe(16);
  expect(cache.isReleased).toBe(true);
  expect(() => cache.reserve(1)).toThrow(/reserve was called on the cache of sequence 1 after/);
  expect(() => cache.release()).toThrow(DisposedError);
  expect(() => cache.fork(id(3))).toThrow(DisposedError);
});

it("pins whole sequences only", () => {
  const { cache } = setUp();
  reserve(cache, 40);
  cache.dropPages([cache.pages[1] as PageId]);
  expect(() => cache.pin()).toThrow(/whole sequence/);
});
