import type { PageId } from "@kvasir/kv-core";
import { describe, expect, it } from "vitest";
import type { KernelHost } from "../host/kernel-host.ts";
import { type BlockPlace, RepresentativeCache } from "./representative-cache.ts";

const PAGE_SIZE = 16;
/** Three blocks to a slab. */
const BLOCK_BYTES = 2 ** 18 / 3 - 1;

/** Hands out addresses and keeps count. */
function createHost(): Pick<KernelHost, "allocate" | "free"> & { readonly held: Set<number> } {
  const held = new Set<number>();
  let next = 4096;
  return {
    held,
    allocate: (bytes) => {
      const address = next;
      held.add(address);
      next += bytes + 4096;
      return address;
    },
    free: (address) => void held.delete(address),
  };
}

function createCache(capacity: number) {
  const host = createHost();
  const cache = new RepresentativeCache(host as unknown as KernelHost, PAGE_SIZE, BLOCK_BYTES, capacity);
  const find = (pages: number[], firstPage = 0, fields: { firstSlot?: number; tokens?: number; scoring?: number } = {}): BlockPlace =>
    cache.find({ pages: pages as PageId[], firstPage, firstSlot: 0, tokens: 2 * PAGE_SIZE, scoring: 0, ...fields });
  return { host, cache, find };
}

describe("RepresentativeCache", () => {
  it("finds a block again wherever it stands in a list of pages, and only that block", () => {
    const { cache, find } = createCache(100);
    cache.beginPlan();
    const place = find([5, 6]);
    expect(find([1, 2, 5, 6, 7], 2)).toBe(place);
    const others = [find([5, 7]), find([6, 5]), find([5, 6], 0, { scoring: 1 }), find([5, 6, 7], 0, { firstSlot: 3 })];
    others.push(find([5], 0, { tokens: PAGE_SIZE }));
    expect(new Set([place, ...others].map(({ id }) => id)).size).toBe(6);
    expect(new Set([place, ...others].map(({ address }) => address)).size).toBe(6);
  });

  it("gives the place of the block not used for longest to another, under a new id", () => {
    const { cache, find } = createCache(2);
    cache.beginPlan();
    const [a, b] = [find([1, 2]), find([3, 4])];
    cache.beginPlan();
    expect(find([1, 2])).toBe(a);
    const c = find([5, 6]);
    expect(c.address).toBe(b.address);
    expect(c.id).not.toBe(b.id);
    cache.beginPlan();
    const again = find([3, 4]);
    expect(again.id).not.toBe(b.id);
    expect(again.address).toBe(a.address);
  });

  it("keeps all blocks of one plan, whatever the capacity, and counts their bytes", () => {
    const { host, cache, find } = createCache(1);
    cache.beginPlan();
    const places = Array.from({ length: 7 }, (_, block) => find([2 * block, 2 * block + 1]));
    expect(new Set(places.map(({ address }) => address)).size).toBe(7);
    expect(host.held.size).toBe(3);
    expect(cache.residentBytes).toBe(9 * BLOCK_BYTES);
    cache.dispose();
    expect(host.held.size).toBe(0);
  });
});
