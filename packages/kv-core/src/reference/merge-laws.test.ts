import fc from "fast-check";
import { expect, it } from "vitest";
import { denseAttention, mergeHeadStates, type HeadState } from "./dense-attention.ts";
import { ropeFrequencies, rotate } from "./rope.ts";
import { logSumExp, softmax } from "./softmax.ts";

const headDim = 4;
const number = fc.double({ min: -30, max: 30, noNaN: true });
const vectors = (count: number): fc.Arbitrary<Float64Array> =>
  fc.array(number, { minLength: count * headDim, maxLength: count * headDim }).map((list) => Float64Array.from(list));
const state: fc.Arbitrary<HeadState> = fc
  .tuple(vectors(1), fc.oneof(fc.double({ min: -500, max: 500, noNaN: true }), fc.constant(-Infinity)))
  .map(([out, lse]) => ({
    out: lse === -Infinity ? new Float64Array(headDim) : out,
    lse,
  }));

function expectClose(got: HeadState, want: HeadState): void {
  got.out.forEach((value, index) => expect(value).toBeCloseTo(want.out[index] as number, 8));
  if (want.lse === -Infinity) expect(got.lse).toBe(-Infinity);
  else expect(got.lse).toBeCloseTo(want.lse, 8);
}

it("merging is commutative and associative and has an identity", () => {
  fc.assert(
    fc.property(state, state, state, (a, b, c) => {
      expectClose(mergeHeadStates(a, b), mergeHeadStates(b, a));
      expectClose(mergeHeadStates(mergeHeadStates(a, b), c), mergeHeadStates(a, mergeHeadStates(b, c)));
      const nothing = { out: new Float64Array(headDim), lse: -Infinity };
      expectClose(mergeHeadStates(a, nothing), a);
      expectClose(mergeHeadStates(nothing, a), a);
    }),
  );
});

it("attention split at any points and merged equals attention over the whole", () => {
  const tokens = 12;
  fc.assert(
    fc.property(
      vectors(1),
      vectors(tokens),
      vectors(tokens),
      fc.uniqueArray(fc.integer({ min: 0, max: tokens }), { maxLength: 5 }),
      (query, keys, values, points) => {
        const cuts = [0, ...points.sort((a, b) => a - b), tokens];
        const parts = cuts.slice(1).map((end, index) => {
          const [from, to] = [(cuts[index] as number) * headDim, end * headDim];
          return denseAttention(query, keys.subarray(from, to), values.subarray(from, to), 0.1);
        });
        const merged = parts.reduce(mergeHeadStates);
        expectClose(merged, denseAttention(query, keys, values, 0.1));
      },
    ),
  );
});

it("masked attention is attention over what is left", () => {
  fc.assert(
    fc.property(
      vectors(1),
      vectors(9),
      vectors(9),
      fc.array(fc.boolean(), { minLength: 9, maxLength: 9 }),
      (query, keys, values, isVisible) => {
        const kept = isVisible.flatMap((visible, token) => (visible ? [token] : []));
        const pick = (from: Float64Array): Float64Array =>
          Float64Array.from(kept.flatMap((token) => [...from.subarray(token * headDim, (token + 1) * headDim)]));
        expectClose(
          denseAttention(query, keys, values, 0.1, (token) => isVisible[token] === true),
          denseAttention(query, pick(keys), pick(values), 0.1),
        );
      },
    ),
  );
});

it("softmax has known values and survives large scores", () => {
  expect([...softmax([0, Math.log(3)])].map((value) => value.toFixed(12))).toEqual(["0.250000000000", "0.750000000000"]);
  expect(softmax([1e6, 1e6 + Math.log(4)])[1]).toBeCloseTo(0.8, 9);
  expect([...softmax([-Infinity, -Infinity])]).toEqual([0, 0]);
  expect(logSumExp([])).toBe(-Infinity);
  expect(logSumExp([1000, 1000])).toBeCloseTo(1000 + Math.log(2), 12);
});

it("scores depend on relative positions only, so a shift turns back", () => {
  const frequencies = ropeFrequencies(8, 10000);
  expect([...frequencies]).toEqual([1, Math.fround(0.1), Math.fround(0.01), Math.fround(0.001)]);
  const unit = Float64Array.of(1, 0, 0, 0, 0, 0, 0, 0);
  rotate(unit, 1, frequencies);
  expect([unit[0], unit[4]]).toEqual([Math.cos(1), Math.sin(1)]);
  const position = fc.integer({ min: 0, max: 5000 });
  const vector = fc.array(number, { minLength: 8, maxLength: 8 });
  fc.assert(
    fc.property(vector, vector, position, position, position, (query, key, p, q, shift) => {
      const score = (queryPosition: number, keyPosition: number): number => {
        const [a, b] = [Float64Array.from(query), Float64Array.from(key)];
        rotate(a, queryPosition, frequencies);
        rotate(b, keyPosition, frequencies);
        return a.reduce((sum, value, index) => sum + value * (b[index] as number), 0);
      };
      // Angles are f32 products: at position 10,000 they are off by up to 5e-4.
      expect(Math.abs(score(p + shift, q + shift) - score(p, q))).toBeLessThan(8 * 900 * 2e-3);
    }),
  );
});
