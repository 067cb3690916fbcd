import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FreeList } from "./free-list.ts";

describe("FreeList", () => {
  it("gives out aligned ranges that never overlap, and everything again once all is given back", () => {
    const steps = fc.array(fc.record({ bytes: fc.integer({ min: 1, max: 5000 }), giveBack: fc.nat(20) }), { maxLength: 80 });
    fc.assert(
      fc.property(steps, (sequence) => {
        const list = new FreeList(64);
        list.add(128, 32_768);
        const held: { start: number; end: number }[] = [];
        for (const { bytes, giveBack } of sequence) {
          const start = list.take(bytes);
          if (start !== undefined) {
            expect(start % 64).toBe(0);
            expect(held.every((range) => range.end <= start || start + bytes <= range.start)).toBe(true);
            expect(start >= 128 && start + bytes <= 32_768).toBe(true);
            held.push({ start, end: start + bytes });
          }
          if (giveBack < held.length) list.give(held.splice(giveBack, 1)[0]?.start ?? 0);
        }
        for (const { start } of held) list.give(start);
        expect(list.largest).toBe(32_768 - 128);
      }),
    );
  });

  it("takes nothing from ranges that are too small", () => {
    const list = new FreeList(64);
    list.add(0, 128);
    expect(list.take(129)).toBeUndefined();
    expect(list.take(128)).toBe(0);
    expect(list.take(1)).toBeUndefined();
  });
});
