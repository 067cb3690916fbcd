import fc from "fast-check";
import { expect, it } from "vitest";
import type { PageId, SequenceId } from "../ids.ts";
import type { Segment } from "./segment.ts";
import { storedPosition, validateSegment } from "./validate-segment.ts";
import { withoutPages } from "./without-pages.ts";

const pageSize = 16;

const segment = fc
  .tuple(fc.integer({ min: 1, max: 6 }), fc.nat(15), fc.nat(99), fc.boolean())
  .map(([pages, skip, cut, hasGaps]): Segment => {
    const most = pages * pageSize - skip;
    const length = Math.max(1, most - (cut % pageSize), (pages - 1) * pageSize - skip + 1);
    const positions = Array.from({ length }, (_, index) => 5 + 2 * index);
    return {
      role: "private",
      pages: Array.from({ length: pages }, (_, index) => (index * 3) as PageId),
      skip,
      length,
      firstPosition: 5,
      shift: 7,
      ...(hasGaps ? { positions } : {}),
      readers: [1 as SequenceId],
    };
  });

/** Page, offset and position of every token. */
function tokens(segments: readonly Segment[]): string[] {
  return segments.flatMap((each) =>
    Array.from({ length: each.length }, (_, index) => {
      const flat = each.skip + index;
      return [each.pages[Math.floor(flat / pageSize)], flat % pageSize, storedPosition(each, index) + each.shift].join();
    }),
  );
}

it("leaves every token of the other pages where it was", () => {
  fc.assert(
    fc.property(segment, fc.uniqueArray(fc.nat(5)), (whole, indices) => {
      const gone = new Set(indices.map((index) => (index * 3) as PageId));
      const parts = withoutPages([whole], gone, pageSize);
      for (const part of parts) validateSegment(part, { policy: "test", pageSize });
      const isLeft = (token: string): boolean => !gone.has(Number(token.split(",")[0]) as PageId);
      expect(tokens(parts)).toEqual(tokens([whole]).filter(isLeft));
    }),
  );
});
