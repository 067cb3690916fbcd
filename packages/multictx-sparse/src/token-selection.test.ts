import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cutRuns, type Heads, raiseShares, type SummarizedContext } from "./score-runs.ts";
import { KEY_TOKENS, QUERY_TOKENS, resolveSelection, type SelectOptions } from "./select-options.ts";
import { TokenSelection } from "./token-selection.ts";

const heads: Heads = { queryHeads: 2, kvHeads: 1, headDim: 8 };
const layers = { count: 1, question: [0], bias: [0] };
/** Large enough that softmax gives nearly all to a key that is asked for. */
const LOUD = 20;

/** A vector that answers to itself alone among these. */
function word(index: number): number[] {
  return Array.from({ length: heads.headDim }, (_, channel) => (channel === index ? LOUD : 0));
}

interface Sayings {
  /** Key of the tokens from an offset on, for a block's length. */
  readonly keys?: Readonly<Record<number, number>>;
  /** What those tokens look for. */
  readonly queries?: Readonly<Record<number, number>>;
}

const BLOCK = 16;

/** Contexts one after another in which blocks at some offsets say and ask for words; all else is silent. */
function contextsOf(lengths: readonly number[], sayings: readonly Sayings[] = []): SummarizedContext[] {
  let startPosition = 0;
  return lengths.map((length, index) => {
    const { keys = {}, queries = {} } = sayings[index] ?? {};
    const at = (words: Readonly<Record<number, number>>, offset: number): number[] => {
      const found = words[offset - (offset % BLOCK)];
      return found === undefined ? word(-1) : word(found);
    };
    const keyRows = Array.from({ length }, (_, offset) => at(keys, offset));
    const queryRows = Array.from({ length: Math.ceil(length / QUERY_TOKENS) }, (_, run) => {
      const query = at(queries, run * QUERY_TOKENS);
      return [...query, ...query];
    });
    const summary = { keys: [Float32Array.from(keyRows.flat())], queries: [Float32Array.from(queryRows.flat())] };
    const context = { length, startPosition, summary };
    startPosition += length;
    return context;
  });
}

function select(contexts: readonly SummarizedContext[], options: SelectOptions, asked: number): number[][] {
  const chosen = new TokenSelection(contexts, resolveSelection({ leastTokens: 1, ...options }), heads, layers);
  const end = contexts.reduce((sum, { length }) => sum + length, 0) + 3;
  while (!chosen.isDone) chosen.choose({ queries: Float32Array.from([...word(asked), ...word(asked)]), end });
  return contexts.map((_, index) => chosen.keptOf(index));
}

const anySelection = fc.record({
  lengths: fc.array(fc.integer({ min: 1, max: 150 }), { minLength: 1, maxLength: 5 }),
  ratio: fc.double({ min: 0.05, max: 1, noNaN: true }),
  initialTokens: fc.integer({ min: 1, max: 6 }),
  localTokens: fc.nat(4),
  paddingTokens: fc.nat(10),
  bias: fc.boolean(),
  rounds: fc.constantFrom([1], [0.4, 1], [0.15, 0.4, 1]),
  places: fc.array(fc.tuple(fc.nat(4), fc.nat(8), fc.nat(7)), { maxLength: 12 }),
  asked: fc.nat(7),
});

describe("TokenSelection", () => {
  it("keeps the ends of all contexts, and never more than the limit beside them", () => {
    fc.assert(
      fc.property(anySelection, ({ lengths, ratio, places, asked, ...options }) => {
        const sayings = lengths.map((_, context): Sayings => {
          const words = Object.fromEntries(places.filter(([at]) => at === context).map(([, block, said]) => [block * BLOCK, said]));
          return { keys: words, queries: words };
        });
        const kept = select(contextsOf(lengths, sayings), { keep: { ratio }, ...options }, asked);
        const total = lengths.reduce((sum, length) => sum + length, 0);
        let ends = 0;
        lengths.forEach((length, context) => {
          const offsets = kept[context]!;
          expect(offsets).toEqual(offsets.toSorted((a, b) => a - b));
          expect(offsets.every((offset) => offset >= 0 && offset < length)).toBe(true);
          const wanted = Array.from({ length }, (_, offset) => offset).filter(
            (offset) => offset < options.initialTokens || length - offset <= options.localTokens,
          );
          ends += wanted.length;
          expect(wanted.every((offset) => offsets.includes(offset))).toBe(true);
        });
        expect(kept.flat().length).toBeLessThanOrEqual(Math.max(ends, Math.floor(ratio * total)));
      }),
    );
  });

  it("takes the block that the question asks for, with what stands around it, in one context as in many", () => {
    const options = { keep: { tokens: 40 }, paddingTokens: 5, initialTokens: 2, localTokens: 1 };
    expect(select(contextsOf([128], [{ keys: { 48: 3 } }]), options, 3)).toEqual([
      [0, 1, ...Array.from({ length: 26 }, (_, index) => 43 + index), 127],
    ]);
    const [, second] = select(contextsOf([128, 128, 128], [{ keys: { 48: 2 } }, { keys: { 64: 3 } }]), options, 3);
    expect(second).toEqual([0, 1, ...Array.from({ length: 26 }, (_, index) => 59 + index), 127]);
  });

  it("follows what chosen tokens look for into earlier contexts and their own, where it has a bias", () => {
    const contexts = contextsOf([128, 128, 128], [{ keys: { 64: 5 } }, {}, { keys: { 96: 3, 32: 6 }, queries: { 96: 5, 97: 5 } }]);
    const options = { keep: { tokens: 80 }, rounds: [0.5, 1], paddingTokens: 4 };
    const has = (kept: readonly number[][], context: number, offset: number): boolean => kept[context]!.includes(offset);
    const biased = select(contexts, { ...options, bias: true }, 3);
    expect([has(biased, 2, 100), has(biased, 0, 70)]).toEqual([true, true]);
    const plain = select(contexts, { ...options, bias: false }, 3);
    expect([has(plain, 2, 100), has(plain, 0, 70)]).toEqual([true, false]);
    const within = contextsOf([128, 128], [{}, { keys: { 96: 3, 32: 6 }, queries: { 96: 6 } }]);
    expect(has(select(within, options, 3), 1, 40)).toBe(true);
  });

  it("lets nobody look at what comes later", () => {
    const contexts = contextsOf([128, 128], [{ keys: { 32: 3 }, queries: { 32: 5 } }, { keys: { 64: 5 } }]);
    const [, later] = select(contexts, { keep: { tokens: 60 }, rounds: [0.6, 1], paddingTokens: 0 }, 3);
    expect(later).not.toContain(70);
  });
});

describe("raiseShares", () => {
  it("gives consecutive query heads the same KV head", () => {
    const four: Heads = { queryHeads: 4, kvHeads: 2, headDim: 8 };
    const runs = cutRuns(contextsOf([2 * KEY_TOKENS]), KEY_TOKENS, KEY_TOKENS);
    // KV head 0 knows the word in block 0, KV head 1 in block 1.
    const keys = Float32Array.from([...word(3), ...word(-1), ...word(-1), ...word(3)]);
    const best = new Float32Array(4 * 2);
    const askers = { vectors: Float32Array.from([0, 1, 2, 3].flatMap(() => word(3))), positions: [99] };
    raiseShares([{ best, mayAsk: () => true }], runs, keys, askers, four);
    expect([...best].map(Math.round)).toEqual([1, 0, 1, 0, 0, 1, 0, 1]);
  });
});

it.each([
  [{ keep: {} }, /select\.keep/],
  [{ keep: { bytes: 5 } }, /select\.keep/],
  [{ keep: { ratio: 1.5 } }, /select\.keep\.ratio.*is 1\.5/],
  [{ keep: { ratio: 0.5 }, blockTokens: 10 }, /select\.blockTokens.*multiple of 4/],
  [{ keep: { ratio: 0.5 }, initialTokens: 0 }, /select\.initialTokens/],
  [{ keep: { ratio: 0.5 }, rounds: [0.5, 0.4, 1] }, /select\.rounds/],
  [{ keep: { ratio: 0.5 }, rounds: [0.5] }, /select\.rounds/],
  [{ keep: { ratio: 0.5 }, bias: 1 }, /select\.bias/],
])("refuses %j", (options, message) => {
  expect(() => resolveSelection(options as SelectOptions)).toThrow(message);
});
