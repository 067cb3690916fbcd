import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { PolicyContractError } from "../errors/policy-contract-error.ts";
import type { LayerIndex, PageId, SequenceId } from "../ids.ts";
import type { ModelShape } from "../model/model-shape.ts";
import { resolveBudget } from "./budget.ts";
import type { PlacedContext, PlacementPlan } from "./placement-plan.ts";
import type { ReadPlan, StepPlan } from "./read-plan.ts";
import type { RecodePages, RetentionAction } from "./retention-plan.ts";
import type { EncodedPiece, Segment, SegmentEncoding } from "./segment.ts";
import type { Selector } from "./selector.ts";
import { validatePlacementPlan } from "./validate-placement-plan.ts";
import { validateNarrowing, validateReadPlan, validateStepPlan } from "./validate-read-plan.ts";
import { validateRetentionPlan } from "./validate-retention-plan.ts";
import { storedPosition, validateSegment } from "./validate-segment.ts";

const model: ModelShape = {
  layers: [0, 1].map((layer) => ({ kind: "full", kvHeads: 2, headDim: 64, owner: layer as LayerIndex })),
  queryHeads: 4,
  maxPositions: 1000,
  keyEncoding: "post-rope",
  hasFixedFrequencies: true,
};
const rules = { policy: "mine", pageSize: 16, model, selectors: ["mean-key"], owns: (page: PageId) => page < 50 };
const good: Segment = {
  role: "private",
  pages: [4, 9, 2] as PageId[],
  skip: 3,
  length: 40,
  firstPosition: 10,
  shift: 0,
  readers: [1 as SequenceId],
};
const selector: Selector = {
  kind: "top-blocks",
  by: "mean-key",
  keep: { ratio: 0.5 },
  blockTokens: 32,
  always: { sinkTokens: 0, recentTokens: 0 },
  per: "kv-head",
};
const piece: EncodedPiece = { page: 4 as PageId, offset: 64, tokens: 24, pages: [4] as PageId[], loss: 0.1 };
/** A segment of pieces that differ from `piece` in these fields, each in a page of its own. */
function packed(pieces: readonly Partial<Omit<EncodedPiece, "page"> & { readonly page: number }>[]): Segment {
  const all = pieces.map(({ page = 4, ...fields }): EncodedPiece => ({
    ...piece,
    page: page as PageId,
    pages: [page as PageId],
    ...fields,
  }));
  return {
    ...good,
    pages: [...new Set(all.flatMap(({ pages }) => pages))],
    skip: 0,
    length: all.reduce((sum, { tokens }) => sum + tokens, 0),
    encoding: { codec: "packed", pieces: all },
  };
}
const coded = packed([{}, { page: 9 }]) as Segment & { readonly encoding: SegmentEncoding };
const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

/** The field that a validator complains about; undefined where it does not. */
function complaint(validate: () => void): string | undefined {
  try {
    validate();
    return undefined;
  } catch (error) {
    if (error instanceof PolicyContractError && error.policy === "mine") return error.field;
    throw error;
  }
}

describe("segments", () => {
  it.each<[string, Partial<Segment> & Record<string, unknown>, string | undefined]>([
    ["a good one", {}, undefined],
    ["gaps", { positions: upTo(40).map((i) => 10 + 2 * i) }, undefined],
    ["a selector", { selector }, undefined],
    ["no tokens", { length: 0, pages: [] }, "segment.length"],
    ["half a token", { length: 1.5 }, "segment.length"],
    ["a page too few", { pages: [4, 9] as PageId[] }, "segment.pages"],
    ["a page too many", { length: 29 }, "segment.pages"],
    ["a page twice", { pages: [4, 9, 4] as PageId[] }, "segment.pages[2]"],
    ["a page of somebody else", { pages: [4, 51, 2] as PageId[] }, "segment.pages[1]"],
    ["a page below 0", { pages: [4, -1, 2] as PageId[] }, "segment.pages[1]"],
    ["a whole page skipped", { skip: 16, length: 30 }, "segment.skip"],
    ["a negative position", { firstPosition: -1 }, "segment.firstPosition"],
    ["too few positions", { positions: [10, 11] }, "segment.positions"],
    ["positions that do not ascend", { positions: upTo(40).map((i) => (i === 7 ? 10 : 10 + i)) }, "segment.positions[7]"],
    ["another first position", { positions: upTo(40) }, "segment.positions[0]"],
    ["a shift below position 0", { shift: -11 }, "segment.shift"],
    ["half a shift", { shift: 0.5 }, "segment.shift"],
    ["no readers", { readers: [] }, "segment.readers"],
    ["a reader twice", { readers: [1, 1] as SequenceId[] }, "segment.readers[1]"],
    ["an unknown selector", { selector: { ...selector, by: "max-key" } }, "segment.selector.by"],
    ["blocks across pages", { selector: { ...selector, blockTokens: 24 } }, "segment.selector.blockTokens"],
  ])("%s", (_, fields, field) => {
    expect(complaint(() => validateSegment({ ...good, ...fields }, rules))).toBe(field);
  });

  it.each<[string, Partial<Segment>, string | undefined]>([
    ["a good one", {}, undefined],
    ["a selector", { selector: { ...selector, by: "max-key", blockTokens: 8 } }, undefined],
    ["blocks of any size that divides the pieces", { selector: { ...selector, by: "max-key", blockTokens: 12 } }, undefined],
    ["a shift", { shift: 7 }, undefined],
    ["another length", { length: 47 }, "segment.length"],
    ["tokens left out", { skip: 1 }, "segment.skip"],
    ["positions of its own", { positions: upTo(48) }, "segment.positions"],
    ["a page too many", { pages: [4, 9, 2] as PageId[] }, "segment.pages"],
    ["a page too few", { pages: [4] as PageId[] }, "segment.pages"],
    ["a page of somebody else", { ...packed([{ page: 51 }]) }, "segment.pages[0]"],
    ["an unknown codec", { encoding: { ...coded.encoding, codec: "other" } }, "segment.encoding.codec"],
    ["a piece twice", { ...packed([{}, {}]) }, "segment.encoding.pieces[1]"],
    ["a piece without tokens", { ...packed([{ tokens: 0 }, { page: 9 }]) }, "segment.encoding.pieces[0].tokens"],
    ["a directory that is not aligned", { ...packed([{ offset: 32 }]) }, "segment.encoding.pieces[0].offset"],
    ["a directory in no page of the piece", { ...packed([{ pages: [9] as PageId[] }]) }, "segment.encoding.pieces[0].pages"],
    ["a loss above 1", { ...packed([{ loss: 1.5 }]) }, "segment.encoding.pieces[0].loss"],
    ["a dense segment's selector", { selector: { ...selector, blockTokens: 8 } }, "segment.selector.by"],
    ["blocks across pieces", { selector: { ...selector, by: "max-key", blockTokens: 16 } }, "segment.selector.blockTokens"],
    ["a budget in bytes", { selector: { ...selector, by: "max-key", blockTokens: 8, keep: { bytes: 100 } } }, "segment.selector.keep"],
  ])("encoded: %s", (_, fields, field) => {
    const encodedRules = { ...rules, codecs: ["packed"], encodedSelectors: ["max-key"] };
    expect(complaint(() => validateSegment({ ...coded, ...fields }, encodedRules))).toBe(field);
  });

  it("refuses shifts where they are not allowed", () => {
    expect(complaint(() => validateSegment({ ...good, shift: 4 }, rules))).toBeUndefined();
    expect(complaint(() => validateSegment({ ...good, shift: 4 }, { ...rules, allowsShift: false }))).toBe("segment.shift");
  });
});

const read = (segments: readonly Segment[], fields: Partial<ReadPlan> = {}): ReadPlan => ({
  layers: "all",
  kvHead: "all",
  segments,
  ...fields,
});
const reader2 = { readers: [2 as SequenceId] };

describe("read plans", () => {
  it.each<[string, ReadPlan, string | undefined]>([
    ["two readers of one page", read([good, { ...good, ...reader2 }]), undefined],
    ["one page at two shifts", read([good, { ...good, shift: 100 }]), undefined],
    [
      "neighbours in one page",
      read([
        { ...good, length: 20, pages: [4, 9] as PageId[] },
        { ...good, pages: [9] as PageId[], skip: 7, length: 4, firstPosition: 30 },
      ]),
      undefined,
    ],
    [
      "a token twice",
      read([
        { ...good, length: 20, pages: [4, 9] as PageId[] },
        { ...good, pages: [9] as PageId[], skip: 6, length: 4, firstPosition: 29 },
      ]),
      "readPlan.segments[1]",
    ],
    ["a layer that is not", read([good], { layers: [2 as LayerIndex] }), "readPlan.layers"],
    ["a layer twice", read([good], { layers: [1, 1] as LayerIndex[] }), "readPlan.layers[1]"],
    ["a KV head that is not", read([good], { kvHead: 2 }), "readPlan.kvHead"],
  ])("%s", (_, plan, field) => {
    expect(complaint(() => validateReadPlan(plan, rules))).toBe(field);
  });
});

describe("steps", () => {
  const rows = (sequence: number, firstRow: number, count: number): StepPlan["sequences"][number] => ({
    sequence: sequence as SequenceId,
    firstRow,
    rows: count,
    firstPosition: 0,
  });
  it.each<[string, StepPlan, string | undefined]>([
    ["sequences in any order, rows left out", { sequences: [rows(1, 9, 2), rows(2, 0, 4)], reads: [read([good])] }, undefined],
    ["rows of two sequences", { sequences: [rows(1, 3, 2), rows(2, 0, 4)], reads: [] }, "sequences[id 1].firstRow"],
    ["a sequence twice", { sequences: [rows(1, 0, 2), rows(1, 2, 4)], reads: [] }, "sequences[1]"],
    ["no rows", { sequences: [rows(1, 0, 0)], reads: [] }, "sequences[id 1].rows"],
    [
      "a token in two plans",
      { sequences: [], reads: [read([good]), read([good], { kvHead: 1, layers: [1 as LayerIndex] })] },
      "reads[1].segments[0]",
    ],
    [
      "plans for two layers",
      { sequences: [], reads: [read([good], { layers: [0 as LayerIndex] }), read([good], { layers: [1 as LayerIndex] })] },
      undefined,
    ],
    ["plans for two heads", { sequences: [], reads: [read([good], { kvHead: 0 }), read([good], { kvHead: 1 })] }, undefined],
  ])("%s", (_, plan, field) => {
    expect(complaint(() => validateStepPlan(plan, rules))).toBe(field);
  });
});

describe("narrowing", () => {
  const part: Segment = { ...good, pages: [9] as PageId[], skip: 2, length: 9, firstPosition: 25 };
  it.each<[string, ReadPlan, string | undefined]>([
    ["the base itself", read([good]), undefined],
    ["a part", read([part]), undefined],
    ["nothing", read([]), undefined],
    [
      "a part split in two",
      read([
        { ...good, length: 20, pages: [4, 9] as PageId[] },
        { ...part, skip: 7, firstPosition: 30 },
      ]),
      undefined,
    ],
    ["fewer layers, one head", read([part], { layers: [1 as LayerIndex], kvHead: 0 }), undefined],
    ["a token more", read([{ ...good, length: 41 }]), "selected.segments[0]"],
    ["a token before", read([{ ...good, skip: 2, length: 41, firstPosition: 9 }]), "selected.segments[0]"],
    ["another page", read([{ ...part, pages: [8] as PageId[] }]), "selected.segments[0]"],
    ["another reader", read([{ ...part, ...reader2 }]), "selected.segments[0]"],
    ["a token moved", read([{ ...part, shift: 1 }]), "selected.segments[0]"],
    ["gaps where there are none", read([{ ...part, positions: [25, 26, 27, 28, 29, 31, 32, 33, 34] }]), "selected.segments[0]"],
  ])("%s", (_, plan, field) => {
    expect(complaint(() => validateNarrowing(plan, read([good]), rules))).toBe(field);
  });

  it("refuses more layers or heads than the base has", () => {
    expect(complaint(() => validateNarrowing(read([part]), read([good], { layers: [0 as LayerIndex] }), rules))).toBe("selected.layers");
    expect(complaint(() => validateNarrowing(read([part]), read([good], { kvHead: 1 }), rules))).toBe("selected.kvHead");
  });

  it("agrees with a comparison token by token", () => {
    const pages = fc.constantFrom([1], [1, 2], [2, 1], [3, 1, 2]);
    const segment = fc
      .tuple(pages, fc.nat(15), fc.nat(47), fc.nat(20), fc.nat(2), fc.nat(5))
      .map(([list, skip, length, firstPosition, shift, gap]): Segment => {
        const count = 1 + (length % (list.length * 16 - skip));
        const needed = Math.ceil((skip + count) / 16);
        const positions = upTo(count).map((index) => firstPosition + index + (index >= gap ? 1 : 0));
        return {
          ...good,
          pages: list.slice(0, needed) as PageId[],
          skip,
          length: count,
          firstPosition: positions[0] as number,
          shift,
          ...(gap === 5 ? {} : { positions }),
        };
      });
    const tokens = (s: Segment): string[] =>
      upTo(s.length).map((i) => [s.pages[Math.floor((s.skip + i) / 16)], (s.skip + i) % 16, storedPosition(s, i) + s.shift].join());
    fc.assert(
      fc.property(segment, segment, fc.nat(30), fc.nat(30), (base, other, from, count) => {
        const have = new Set(tokens(base));
        const isSubset = tokens(other).every((token) => have.has(token));
        expect(complaint(() => validateNarrowing(read([other]), read([base]), rules))).toBe(isSubset ? undefined : "selected.segments[0]");
        const overlaps = tokens(other).some((token) => have.has(token));
        expect(complaint(() => validateReadPlan(read([base, other]), rules)) !== undefined).toBe(overlaps);
        // Whatever is cut out of the base is a narrowing.
        const start = from % base.length;
        const length = 1 + (count % (base.length - start));
        const flat = base.skip + start;
        const cut: Segment = {
          ...base,
          pages: base.pages.slice(Math.floor(flat / 16), Math.ceil((flat + length) / 16)),
          skip: flat % 16,
          length,
          firstPosition: storedPosition(base, start),
          ...(base.positions === undefined ? {} : { positions: base.positions.slice(start, start + length) }),
        };
        expect(complaint(() => validateNarrowing(read([cut]), read([base]), rules))).toBeUndefined();
      }),
      { numRuns: 500 },
    );
  });
});

describe("retention", () => {
  const drop = (...pages: number[]): RetentionAction => ({ type: "drop-pages", pages: pages as PageId[] });
  const compact = (pages: number[], keep: number[]): RetentionAction => ({ type: "compact-tokens", pages: pages as PageId[], keep });
  const recode = (codec: string): RecodePages => ({
    type: "recode-pages",
    pages: [3 as PageId],
    to: { codec, settings: {} },
    basis: "fit",
    overSteps: 0,
  });
  const dense: Segment = { ...good, pages: [1, 2, 3] as PageId[], skip: 0, length: 48, firstPosition: 0 };
  const last: Segment = { ...good, pages: [4] as PageId[], skip: 0, length: 8, firstPosition: 48 };
  const moved: Segment = { ...good, pages: [5] as PageId[], skip: 0, length: 16, firstPosition: 0, shift: 100 };
  const encoded: Segment = { ...packed([{ page: 7, pages: [7, 8] as PageId[] }]), firstPosition: 200 };
  const after: Segment = { ...good, pages: [9, 10, 11] as PageId[], skip: 0, length: 48, firstPosition: 224 };
  const segments = [dense, last, moved, encoded, after];
  it.each<[string, RetentionAction[], string | undefined]>([
    ["nothing", [], undefined],
    ["all kinds", [drop(1), compact([2], [0, 15]), recode("packed")], undefined],
    ["no pages", [drop()], "actions[0].pages"],
    ["a page twice", [drop(1, 1)], "actions[0].pages[1]"],
    ["a page in two actions", [drop(3), recode("packed")], "actions[1].pages[0]"],
    ["a page of somebody else", [drop(1, 12)], "actions[0].pages[1]"],
    ["a token that is not", [compact([2, 4], [0, 24])], "actions[0].keep[1]"],
    ["tokens out of order", [compact([2], [5, 4])], "actions[0].keep[1]"],
    ["nothing kept", [compact([2], [])], "actions[0].keep"],
    ["an unknown codec", [recode("other")], "actions[0].to.codec"],
    ["pages in another order", [compact([3, 2], [0])], "actions[0].pages"],
    ["half a step", [{ ...recode("packed"), overSteps: 0.5 }], "actions[0].overSteps"],
    ["pages with one left out", [{ ...recode("packed"), pages: [1, 3] as PageId[] }], "actions[0].pages[1]"],
    ["a page that is not full", [{ ...recode("packed"), pages: [3, 4] as PageId[] }], "actions[0].pages[1]"],
    ["a page that was moved", [{ ...recode("packed"), pages: [5] as PageId[] }], "actions[0].pages[0]"],
    ["tokens that are encoded", [{ ...recode("packed"), pages: [7] as PageId[] }], "actions[0].pages[0]"],
    ["tokens that are encoded, thinned out", [compact([7], [0])], "actions[0].pages[0]"],
    ["what continues nothing", [{ ...recode("packed"), basis: "continue" }], "actions[0].basis"],
    ["what continues encoded tokens", [{ ...recode("packed"), pages: [9] as PageId[], basis: "continue" }], undefined],
    ["what continues tokens about to be encoded", [{ ...recode("packed"), pages: [11] as PageId[], basis: "continue" }], undefined],
    ["what is being recoded, again", [{ ...recode("packed"), pages: [10] as PageId[] }], undefined],
    ["what is being recoded and more", [{ ...recode("packed"), pages: [10, 11] as PageId[] }], "actions[0].pages"],
    ["what is being recoded, dropped", [drop(10)], "actions[0].pages[0]"],
    ["an encoded piece", [drop(7, 8)], undefined],
    ["half an encoded piece", [drop(8)], "actions[0].pages"],
    ["an encoded piece in two actions", [drop(7), drop(8)], undefined],
  ])("%s", (_, actions, field) => {
    expect(complaint(() => validateRetentionPlan({ actions }, { ...rules, segments, codecs: ["packed"], recoding: [10 as PageId] }))).toBe(
      field,
    );
  });
});

describe("placement", () => {
  const first: PlacedContext = { pages: [1, 2] as PageId[], length: 20, firstPosition: 0, startPosition: 0, keep: "all" };
  const second: PlacedContext = { pages: [3] as PageId[], length: 16, firstPosition: 0, startPosition: 20, keep: [0, 5, 15] };
  const plan: PlacementPlan = { contexts: [first, second], cachedTokens: 36, recompute: [{ layers: "all", positions: [2, 25], blend: 1 }] };
  it.each<[string, Partial<PlacementPlan>, string | undefined]>([
    ["a good one", {}, undefined],
    ["nothing", { contexts: [], cachedTokens: 0, recompute: [] }, undefined],
    ["a page too few", { contexts: [{ ...first, pages: [1 as PageId] }] }, "contexts[0].pages"],
    ["contexts over one another", { contexts: [first, { ...second, startPosition: 19 }] }, "contexts[1].startPosition"],
    ["a page of somebody else", { contexts: [{ ...first, pages: [1, 60] as PageId[] }] }, "contexts[0].pages[1]"],
    ["a kept token that is not", { contexts: [first, { ...second, keep: [16] }] }, "contexts[1].keep[0]"],
    ["nothing kept", { contexts: [first, { ...second, keep: [] }] }, "contexts[1].keep"],
    ["the whole prompt", { contexts: [first, { ...second, startPosition: 24 }] }, "contexts"],
    ["a wrong count", { cachedTokens: 35 }, "cachedTokens"],
    ["a dropped token computed again", { recompute: [{ layers: "all", positions: [21], blend: 1 }] }, "recompute[0].positions[0]"],
    ["a layer that is not", { recompute: [{ layers: [2 as LayerIndex], positions: [2], blend: 1 }] }, "recompute[0].layers[0]"],
    ["no blend", { recompute: [{ layers: "all", positions: [2], blend: 0 }] }, "recompute[0].blend"],
  ])("%s", (_, fields, field) => {
    expect(complaint(() => validatePlacementPlan({ ...plan, ...fields }, { ...rules, promptLength: 40 }))).toBe(field);
  });

  it("refuses to move tokens where the model cannot", () => {
    const fixed = { ...rules, promptLength: 40, model: { ...model, hasFixedFrequencies: false } };
    expect(complaint(() => validatePlacementPlan(plan, fixed))).toBe("contexts[1].startPosition");
    expect(complaint(() => validatePlacementPlan(plan, { ...rules, promptLength: 40, hasShiftedSegments: false }))).toBe(
      "contexts[1].startPosition",
    );
  });
});

describe("budgets", () => {
  it.each([
    [{ tokens: 10 }, 100, 10],
    [{ tokens: 1000 }, 100, 100],
    [{ tokens: 0 }, 100, 1],
    [{ ratio: 0.25 }, 10, 2],
    [{ ratio: 0 }, 10, 1],
    [{ ratio: 1 }, 10, 10],
    [{ bytes: 1000 }, 100, 15],
    [{ bytes: 10 }, 100, 1],
    [{ tokens: 5 }, 0, 0],
  ])("%j of %d tokens keeps %d", (budget, tokens, kept) => {
    expect(resolveBudget(budget, { tokens, bytesPerToken: 64 })).toBe(kept);
  });

  it.each([[{ ratio: 1.5 }], [{ ratio: NaN }], [{ tokens: -1 }], [{ bytes: -3 }]])("refuses %j", (budget) => {
    expect(() => resolveBudget(budget, { tokens: 10, bytesPerToken: 1 })).toThrow(/budget\./);
  });
});
