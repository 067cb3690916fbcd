import type { PageId, Segment, SequenceId } from "@kvasir/kv-core";
import { describe, expect, it } from "vitest";
import { groupChunks } from "./chunk-groups.ts";
import { CHUNK_TOKENS, TokenListBuilder } from "./token-list.ts";

const PAGE_SIZE = 16;
const PAGES_PER_CHUNK = CHUNK_TOKENS / PAGE_SIZE;

/** Pages `[from, to)` of one long document, read in place. */
function read(from: number, to: number, ...readers: number[]): Segment {
  const pages = Array.from({ length: to - from }, (_, index) => (from + index) as PageId);
  const position = { skip: 0, length: pages.length * PAGE_SIZE, firstPosition: from * PAGE_SIZE, shift: 0 };
  return { role: "context", pages, ...position, readers: readers as SequenceId[] };
}

/** Groups of the sequences 0, 1, ... as `readers: chunks`. */
function groupsOf(segments: readonly Segment[], sequences: number): string[] {
  const builder = new TokenListBuilder();
  const lists = Array.from({ length: sequences }, (_, id) =>
    builder.add(
      segments.filter(({ readers }) => readers.includes(id as SequenceId)),
      PAGE_SIZE,
      (segment) => (segment.selector === undefined ? 0 : 1 + 100 * segments.indexOf(segment)),
    ),
  );
  const eligible = lists.map((_, index) => index);
  return groupChunks(builder, lists, eligible).map(({ readers, firstChunk, endChunk }) => `${readers.join(" ")}: ${endChunk - firstChunk}`);
}

describe("groupChunks", () => {
  const pages = 4 * PAGES_PER_CHUNK;

  it("groups what the plan gives to several readers", () => {
    expect(groupsOf([read(0, pages, 0, 1, 2)], 3)).toEqual(["0 1 2: 4"]);
  });

  it("leaves equal pages apart where every sequence reads them for itself", () => {
    expect(groupsOf([read(0, pages, 0), read(0, pages, 1)], 2)).toEqual([]);
  });

  it("leaves a chunk apart that holds tokens of one reader alone, and takes nested parts with the readers they have", () => {
    const handbook = read(0, 2 * PAGES_PER_CHUNK + 3, 0, 1, 2);
    const department = read(2 * PAGES_PER_CHUNK + 3, 3 * PAGES_PER_CHUNK + 5, 0, 1);
    const own = [0, 1, 2].map((id) => read(id === 2 ? 2 * PAGES_PER_CHUNK + 3 : 3 * PAGES_PER_CHUNK + 5, pages, id));
    expect(groupsOf([handbook, department, ...own], 3)).toEqual(["0 1 2: 2", "0 1: 1"]);
  });

  it("keeps readers apart that choose by different selectors", () => {
    const always = { sinkTokens: 0, recentTokens: 0 };
    const choosing = (segment: Segment): Segment => ({
      ...segment,
      selector: { kind: "top-blocks", by: "mean-key", keep: { ratio: 0.5 }, blockTokens: 2 * CHUNK_TOKENS, always, per: "kv-head" },
    });
    expect(groupsOf([choosing(read(0, pages, 0, 1)), choosing(read(0, pages, 2, 3)), read(0, pages, 4, 5)], 6)).toEqual([
      "0 1: 4",
      "2 3: 4",
      "4 5: 4",
    ]);
  });
});
