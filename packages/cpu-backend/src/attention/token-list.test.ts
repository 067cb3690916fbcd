import type { PageId, Segment, SequenceId } from "@kvasir/kv-core";
import { describe, expect, it } from "vitest";
import { TokenListBuilder } from "./token-list.ts";

const PAGE_SIZE = 32;

function segment(fields: Partial<Segment>): Segment {
  const pages = Array.from({ length: 40 }, (_, index) => (index + 5) as PageId);
  return { role: "private", pages, skip: 0, length: 1000, firstPosition: 0, shift: 0, readers: [0 as SequenceId], ...fields };
}

/** Everything the kernels see of a list: per chunk its shift, per block the tiles as `page:slot@position[first,end)`. */
function describeList(segments: readonly Segment[]): string[] {
  const builder = new TokenListBuilder();
  const { firstChunk, endChunk } = builder.add(segments, PAGE_SIZE);
  const chunks: string[] = [];
  for (let c = firstChunk; c < endChunk; c++) {
    const blocks: string[] = [];
    for (let b = builder.chunks.get(4 * c); b < builder.chunks.get(4 * c) + builder.chunks.get(4 * c + 1); b++) {
      const tiles: string[] = [];
      for (let t = builder.blocks.get(4 * b); t < builder.blocks.get(4 * b) + builder.blocks.get(4 * b + 1); t++) {
        const bits = builder.tiles.get(4 * t + 3);
        tiles.push(
          `${builder.tiles.get(4 * t)}:${builder.tiles.get(4 * t + 1)}@${builder.tiles.get(4 * t + 2)}[${bits & 255},${(bits >> 8) & 255})`,
        );
      }
      blocks.push(tiles.join(" "));
    }
    chunks.push(`shift ${builder.chunks.get(4 * c + 2)}: ${blocks.join(" | ")}`);
  }
  return chunks;
}

describe("TokenListBuilder", () => {
  it("cuts blocks of 64 and chunks of 256 tokens at fixed positions", () => {
    const chunks = describeList([segment({ length: 300 })]);
    expect(chunks.length).toBe(2);
    expect(chunks[0]?.split("|").length).toBe(4);
    expect(chunks[1]).toBe("shift 0: 13:0@256[0,16) 13:16@272[0,16) 14:0@288[0,12)");
  });

  it("makes the same list however tokens are cut into segments", () => {
    const { pages } = segment({});
    const cut = [
      segment({ pages: pages.slice(0, 3), length: 96 }),
      segment({ pages: pages.slice(3, 20), length: 17 * PAGE_SIZE, firstPosition: 96 }),
      segment({ pages: pages.slice(20), length: 1000 - 20 * PAGE_SIZE, firstPosition: 640 }),
    ];
    expect(describeList(cut)).toEqual(describeList([segment({})]));
  });

  it("keeps chunk borders where earlier pages are dropped", () => {
    const { pages } = segment({});
    const late = describeList([segment({ pages: pages.slice(4), length: 1000 - 128, firstPosition: 128 })]);
    expect(late.slice(1)).toEqual(describeList([segment({})]).slice(1));
  });

  it("marks the slots read of the first and the last tile, and starts a chunk where the shift changes", () => {
    const chunks = describeList([segment({ skip: 20, length: 20, firstPosition: 4 }), segment({ length: 3, firstPosition: 24, shift: 7 })]);
    expect(chunks).toEqual(["shift 0: 5:16@0[4,16) 6:0@16[0,8)", "shift 7: 5:0@31[0,3)"]);
  });

  it("cuts chunks at blocks that rows choose, counted from the segment's first token", () => {
    const always = { sinkTokens: 0, recentTokens: 0 };
    const chosen = (blockTokens: number): Pick<Segment, "selector"> => ({
      selector: { kind: "top-blocks", by: "mean-key", keep: { ratio: 1 }, blockTokens, always, per: "kv-head" },
    });
    const builder = new TokenListBuilder();
    const segments = [
      segment({ length: 300, firstPosition: 100, ...chosen(288) }),
      segment({ length: 40, skip: 4, firstPosition: 400, ...chosen(16) }),
      segment({ length: 20, firstPosition: 440 }),
    ];
    builder.add(segments, PAGE_SIZE, (of) => [7, 21, 0][segments.indexOf(of)] ?? -1);
    const choices = Array.from({ length: builder.chunks.length / 4 }, (_, chunk) => builder.chunks.get(4 * chunk + 3));
    expect(choices).toEqual([7, 7, 8, 21, 22, 23, 0]);
    const slots = Array.from({ length: builder.tiles.length / 4 }, (_, tile) => builder.tiles.get(4 * tile + 3));
    const read = slots.map((bits) => ((bits >> 8) & 255) - (bits & 255));
    // Blocks of 288, cut after 256, and the 12 tokens left; blocks of 16 that lie across tiles; the rest.
    expect(read).toEqual([...Array.from({ length: 18 }, () => 16), 12, 12, 4, 12, 4, 8, 16, 4]);
  });

  it("writes out explicit positions", () => {
    const builder = new TokenListBuilder();
    builder.add([segment({ length: 3, positions: [2, 5, 9], shift: 10 })], PAGE_SIZE);
    expect([...builder.positions.values.slice(0, 3)]).toEqual([12, 15, 19]);
    expect([...builder.blocks.values]).toEqual([0, 1, 12, 19]);
    expect(builder.tiles.get(3) >> 16).toBe(1);
  });

  it("is empty where nothing is read", () => {
    expect(describeList([segment({ length: 0 })])).toEqual([]);
  });
});
