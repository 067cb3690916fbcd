import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { PageId, SequenceId } from "../ids.ts";
import { findSharedRuns, type SequenceReads } from "./find-shared-runs.ts";
import type { EncodedPiece, Segment } from "./segment.ts";
import type { Selector } from "./selector.ts";
import { shareReads } from "./share-reads.ts";
import { storedPosition, validateSegment } from "./validate-segment.ts";

const PAGE_SIZE = 4;

function segment(pages: readonly number[], fields: Partial<Segment> = {}): Segment {
  const skip = fields.skip ?? 0;
  return {
    role: "private",
    pages: pages as PageId[],
    skip,
    length: pages.length * PAGE_SIZE - skip,
    firstPosition: 0,
    shift: 0,
    readers: [],
    ...fields,
  };
}

function reads(...sequences: readonly (readonly Segment[])[]): SequenceReads[] {
  return sequences.map((segments, index) => {
    const sequence = index as SequenceId;
    return {
      sequence,
      rows: 1,
      plan: { layers: "all", kvHead: "all", segments: segments.map((one) => ({ ...one, readers: [sequence] })) },
    };
  });
}

const describeRuns = (all: readonly SequenceReads[]): string[] =>
  findSharedRuns(all, PAGE_SIZE).map(
    ({ segment: { pages, readers, firstPosition } }) => `${pages.join()}@${firstPosition} by ${readers.join()}`,
  );

/** Every token each sequence reads, as `page/slot@position`, in no order. */
function tokensRead(plans: readonly { readonly segments: readonly Segment[] }[]): Map<number, string[]> {
  const tokens = new Map<number, string[]>();
  for (const one of plans.flatMap(({ segments }) => segments)) {
    for (const reader of one.readers) {
      const list = tokens.get(reader) ?? [];
      tokens.set(reader, list);
      for (let token = 0; token < one.length; token++) {
        const flat = one.skip + token;
        const page = one.pages[Math.floor(flat / PAGE_SIZE)];
        list.push(`${page}/${flat % PAGE_SIZE}@${storedPosition(one, token) + one.shift}${JSON.stringify(one.selector)}`);
      }
    }
  }
  for (const list of tokens.values()) list.sort();
  return tokens;
}

describe("findSharedRuns", () => {
  it("finds a prefix, and prefixes within it", () => {
    const all = reads([segment([1, 2, 3, 10])], [segment([1, 2, 3, 4, 11])], [segment([1, 2, 3, 4, 12])], [segment([7])]);
    expect(describeRuns(all)).toEqual(["1,2,3@0 by 0,1,2", "4@12 by 1,2"]);
  });

  it("finds several groups at once", () => {
    const all = reads([segment([1, 2])], [segment([5, 6])], [segment([1, 2, 3])], [segment([5, 9])]);
    expect(describeRuns(all)).toEqual(["1,2@0 by 0,2", "5@0 by 1,3"]);
  });

  it("compares every segment from its own beginning, with its place", () => {
    const moved = segment([4, 5], { firstPosition: 0, shift: 8 });
    expect(describeRuns(reads([segment([1, 2]), moved], [segment([8, 9]), moved]))).toEqual(["4,5@0 by 0,1"]);
    expect(describeRuns(reads([moved], [{ ...moved, shift: 4 }]))).toEqual([]);
    expect(describeRuns(reads([moved], [{ ...moved, firstPosition: 4 }]))).toEqual([]);
  });

  it("leaves out a page that is read in part, where tokens may still be written", () => {
    expect(describeRuns(reads([segment([1, 2], { length: 6 })], [segment([1, 2], { length: 7 })]))).toEqual(["1@0 by 0,1"]);
    expect(describeRuns(reads([segment([1], { length: 3 })], [segment([1], { length: 3 })]))).toEqual([]);
  });

  it("tells tokens with gaps apart by their positions", () => {
    const compact = segment([1, 2], { positions: [0, 1, 5, 6, 9, 10, 11, 12] });
    const other = { ...compact, positions: [0, 1, 5, 6, 9, 10, 11, 13] };
    expect(describeRuns(reads([compact], [compact]))).toEqual(["1,2@0 by 0,1"]);
    expect(describeRuns(reads([compact], [other]))).toEqual(["1@0 by 0,1"]);
  });

  it("takes a segment with a selector whole or not at all", () => {
    const always = { sinkTokens: 0, recentTokens: 0 };
    const selector: Selector = { kind: "top-blocks", by: "mean-key", keep: { ratio: 0.5 }, blockTokens: 4, always, per: "kv-head" };
    const chosen = segment([1, 2, 3], { length: 10, selector });
    expect(describeRuns(reads([chosen], [chosen]))).toEqual(["1,2,3@0 by 0,1"]);
    expect(describeRuns(reads([chosen], [segment([1, 2, 9], { length: 10, selector })]))).toEqual([]);
    expect(describeRuns(reads([chosen], [segment([1, 2, 3], { length: 10 })]))).toEqual([]);
  });
});

describe("shareReads", () => {
  /** Documents of pages that sequences start with, one within the other, then pages of their own. */
  const sequences = fc.array(
    fc.record({
      document: fc.integer({ min: 0, max: 2 }),
      depth: fc.integer({ min: 0, max: 6 }),
      own: fc.integer({ min: 0, max: 9 }),
      second: fc.boolean(),
      shift: fc.integer({ min: 0, max: 1 }),
    }),
    { minLength: 1, maxLength: 8 },
  );

  it("leaves every sequence the tokens it read, whatever is chosen, each once and in as many plans as needed", () => {
    fc.assert(
      fc.property(sequences, fc.infiniteStream(fc.boolean()), (drawn, choices) => {
        const all = reads(
          ...drawn.map(({ document, depth, own, second, shift }, index) => {
            const pages = Array.from({ length: depth }, (_, page) => 100 * document + page);
            const tail = Array.from({ length: Math.ceil(own / PAGE_SIZE) }, (_, page) => 1000 + 10 * index + page);
            const length = depth * PAGE_SIZE + own;
            const segments = length === 0 ? [] : [segment([...pages, ...tail], { length })];
            return second ? [...segments, segment([500, 501], { skip: 1, firstPosition: 41, shift })] : segments;
          }),
        );
        const runs = findSharedRuns(all, PAGE_SIZE);
        for (const { segment: shared, places, rows } of runs) {
          expect(shared.readers.length).toBeGreaterThan(1);
          expect(places.length).toBe(shared.readers.length);
          expect(rows).toBe(shared.readers.length);
        }
        const choice = choices[Symbol.iterator]();
        const chosen = runs.filter(() => choice.next().value);
        const plans = shareReads(all, chosen, PAGE_SIZE);
        expect(tokensRead(plans)).toEqual(tokensRead(all.map(({ plan }) => plan)));
        expect(plans.flatMap(({ segments }) => segments).filter(({ readers }) => readers.length > 1)).toHaveLength(chosen.length);
      }),
    );
  });

  it("finds everything that whole prefixes have in common", () => {
    fc.assert(
      fc.property(sequences, (drawn) => {
        const all = reads(
          ...drawn.map(({ document, depth }) =>
            depth === 0 ? [] : [segment(Array.from({ length: depth }, (_, page) => 100 * document + page))],
          ),
        );
        const found = findSharedRuns(all, PAGE_SIZE).reduce(
          (sum, { segment: { pages, readers } }) => sum + pages.length * readers.length,
          0,
        );
        let wanted = 0;
        for (let document = 0; document < 3; document++) {
          for (let page = 0; page < 6; page++) {
            const count = drawn.filter((one) => one.document === document && one.depth > page).length;
            if (count > 1) wanted += count;
          }
        }
        expect(found).toBe(wanted);
      }),
    );
  });
});

describe("encoded tokens", () => {
  const piece = (page: number, tokens = 8): EncodedPiece => ({ page: page as PageId, offset: 0, tokens, pages: [page as PageId], loss: 0 });
  const encoded = (pieces: readonly EncodedPiece[], fields: Partial<Segment> = {}): Segment => ({
    ...segment([]),
    pages: pieces.map(({ page }) => page),
    length: pieces.reduce((sum, { tokens }) => sum + tokens, 0),
    encoding: { codec: "packed", pieces },
    ...fields,
  });
  const shared = (all: readonly SequenceReads[]): string[] =>
    findSharedRuns(all, PAGE_SIZE).map(
      ({ segment: { encoding, readers, firstPosition } }) =>
        `${encoding?.pieces.map(({ page, tokens }) => `${page}/${tokens}`).join()}@${firstPosition} by ${readers.join()}`,
    );

  it("are shared piece by piece, those of a last one too", () => {
    const all = reads([encoded([piece(1), piece(2, 5)])], [encoded([piece(1), piece(2, 5), piece(3)])], [encoded([piece(1), piece(4)])]);
    expect(shared(all)).toEqual(["1/8@0 by 0,1,2", "2/5@8 by 0,1"]);
    const plans = shareReads(all, findSharedRuns(all, PAGE_SIZE), PAGE_SIZE);
    const left = plans.map(({ segments }) =>
      segments.map(({ encoding, firstPosition, length }) => [encoding?.pieces[0]?.page, firstPosition, length]),
    );
    expect(left).toEqual([
      [
        [1, 0, 8],
        [2, 8, 5],
      ],
      [[3, 13, 8]],
      [[4, 8, 8]],
    ]);
    for (const { segments } of plans) for (const one of segments) validateSegment(one, { policy: "test", pageSize: PAGE_SIZE });
  });

  it("are shared as a whole where a selector chooses among them, and never with dense tokens", () => {
    const always = { sinkTokens: 0, recentTokens: 0 };
    const selector: Selector = { kind: "top-blocks", by: "max-key", keep: { ratio: 0.5 }, blockTokens: 8, always, per: "kv-head" };
    const chosen = { selector };
    const [one, two] = [encoded([piece(1), piece(2)], chosen), encoded([piece(1), piece(2), piece(3)], chosen)];
    expect(shared(reads([one], [one], [two]))).toEqual(["1/8,2/8@0 by 0,1"]);
    expect(findSharedRuns(reads([encoded([piece(1, 4)])], [segment([1])]), PAGE_SIZE)).toEqual([]);
  });
});
