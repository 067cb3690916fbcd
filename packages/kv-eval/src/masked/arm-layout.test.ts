import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type ArmLayout, type DocumentTokens, layoutArm, MULTIDOC_ARMS } from "./arm-layout.ts";

const HEAD = 1;
const anyDocuments = fc.record({
  lengths: fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 6 }),
  headLength: fc.integer({ min: 0, max: HEAD }),
  shared: fc.integer({ min: 0, max: 8 }),
});

/** Documents whose tokens are all different, a head aside. */
function documentsOf(lengths: readonly number[], headLength: number): DocumentTokens[] {
  return lengths.map((length, index) => ({
    tokens: [...Array.from({ length: headLength }, () => -1), ...Array.from({ length }, (_, at) => index * 1000 + at)],
    headLength,
  }));
}

/** Token and position of everything the question reads, in order. */
function readByQuestion({ passes, joined }: ArmLayout): { token: number; position: number }[] {
  const slots: number[] = [];
  for (const { tokens, firstSlot } of passes) tokens.forEach((token, index) => (slots[firstSlot + index] = token));
  return joined.flatMap(({ firstSlot, length, firstPosition, shift }) =>
    Array.from({ length }, (_, index) => ({ token: slots[firstSlot + index]!, position: firstPosition + index + shift })),
  );
}

describe("layoutArm", () => {
  it("gives the question the same tokens at the same positions in every arm", () => {
    fc.assert(
      fc.property(anyDocuments, ({ lengths, headLength, shared }) => {
        const documents = documentsOf(lengths, headLength);
        const [full, ...others] = MULTIDOC_ARMS.map((arm) => layoutArm(arm, documents, shared));
        const wanted = documents.flatMap(({ tokens }, index) => (index === 0 ? tokens : tokens.slice(headLength)));
        expect(readByQuestion(full!)).toEqual(wanted.map((token, position) => ({ token, position })));
        expect(full!.questionPosition).toBe(wanted.length);
        for (const other of others) {
          expect(readByQuestion(other)).toEqual(readByQuestion(full!));
          expect(other.questionPosition).toBe(full!.questionPosition);
        }
      }),
    );
  });

  it("lets a document see everything before it, the shared beginning, or nothing", () => {
    const documents = documentsOf([5, 7, 3], 0);
    const seen = (arm: (typeof MULTIDOC_ARMS)[number]): number[] =>
      layoutArm(arm, documents, 2).passes.map(({ reads }) => reads.reduce((sum, { length }) => sum + length, 0));
    expect(seen("full")).toEqual([0, 5, 12]);
    expect(seen("block-diagonal")).toEqual([0, 2, 2]);
    expect(seen("independent")).toEqual([0, 0, 0]);
  });

  it("computes independent documents from position 0 on, each with its head, and moves them", () => {
    const { passes, joined, slots } = layoutArm("independent", documentsOf([5, 7], 1), 1);
    expect(passes.map(({ firstPosition, firstSlot, tokens }) => [firstPosition, firstSlot, tokens.length])).toEqual([
      [0, 0, 6],
      [0, 6, 8],
    ]);
    expect(joined).toEqual([
      { firstSlot: 0, length: 6, firstPosition: 0, shift: 0 },
      { firstSlot: 7, length: 7, firstPosition: 1, shift: 5 },
    ]);
    expect(slots).toBe(14);
  });
});
