import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { sample, takesLikeliest } from "./sample.ts";
import { createSamplerState } from "./sampler-state.ts";
import type { SamplingOptions } from "./sampling-options.ts";
import { uniformAt } from "./philox.ts";

/** The straightforward way: sort everything, walk, keep. Returns kept tokens and their probabilities. */
function distribution(logits: Float32Array, { temperature = 1, topK = 0, topP = 1, minP = 0 }: SamplingOptions): Map<number, number> {
  const largest = logits.reduce((a, b) => Math.max(a, b));
  let kept = [...logits].map((logit, token) => ({ token, weight: Math.exp((logit - largest) / temperature) }));
  kept.sort((a, b) => b.weight - a.weight || a.token - b.token);
  if (topK > 0) kept = kept.slice(0, topK);
  if (topP < 1) {
    const needed = topP * kept.reduce((sum, { weight }) => sum + weight, 0);
    let sum = 0;
    kept = kept.slice(0, kept.findIndex(({ weight }) => (sum += weight) >= needed) + 1 || kept.length);
  }
  kept = kept.filter(({ weight }) => weight >= minP);
  const total = kept.reduce((sum, { weight }) => sum + weight, 0);
  return new Map(kept.map(({ token, weight }) => [token, weight / total]));
}

function randomLogits(size: number, seed: bigint, spread: number): Float32Array {
  return Float32Array.from({ length: size }, (_, token) => {
    const radius = Math.sqrt(-2 * Math.log(1 - uniformAt(seed, 2 * token)));
    return spread * radius * Math.cos(2 * Math.PI * uniformAt(seed, 2 * token + 1));
  });
}

function draw(logits: Float32Array, options: SamplingOptions, count: number): Map<number, number> {
  const state = createSamplerState(options, []);
  const counts = new Map<number, number>();
  for (let index = 0; index < count; index++) {
    const { token } = sample(logits, state, options);
    state.accept(token);
    counts.set(token, (counts.get(token) ?? 0) + 1);
  }
  return counts;
}

describe("sampling", () => {
  it.each<SamplingOptions>([
    { temperature: 1, seed: 1 },
    { temperature: 0.7, seed: 2 },
    { temperature: 1.5, topK: 10, seed: 3 },
    { temperature: 1, topP: 0.8, seed: 4 },
    { temperature: 1, minP: 0.1, seed: 5 },
    { temperature: 0.9, topK: 20, topP: 0.9, minP: 0.02, seed: 6 },
  ])("follows the distribution of $temperature $topK $topP $minP (chi-square)", (options) => {
    const logits = randomLogits(40, 11n, 1.5);
    const expected = distribution(logits, options);
    const draws = 20_000;
    const counts = draw(logits, options, draws);
    expect([...counts.keys()].every((token) => expected.has(token))).toBe(true);
    // Rare tokens are pooled, as the test asks for at least 5 expected draws per bin.
    let [chiSquare, bins, rareExpected, rareCount] = [0, 0, 0, 0];
    for (const [token, probability] of expected) {
      const mean = probability * draws;
      const count = counts.get(token) ?? 0;
      if (mean < 5) {
        rareExpected += mean;
        rareCount += count;
        continue;
      }
      chiSquare += (count - mean) ** 2 / mean;
      bins++;
    }
    if (rareExpected > 0) chiSquare += (rareCount - rareExpected) ** 2 / Math.max(rareExpected, 1);
    // Mean plus 4 standard deviations of chi-square with `bins` degrees of freedom.
    expect(chiSquare).toBeLessThan(bins + 4 * Math.sqrt(2 * bins));
  });

  it("keeps exactly the tokens that sorting everything keeps", () => {
    const options = fc.record(
      {
        temperature: fc.double({ min: 0.05, max: 5, noNaN: true }),
        topK: fc.nat({ max: 40 }),
        topP: fc.double({ min: 0.01, max: 1, noNaN: true }),
        seed: fc.nat(),
      },
      { requiredKeys: ["temperature", "seed"] },
    );
    // Few distinct values, so that ties are common.
    const logits = fc.array(
      fc.integer({ min: -12, max: 12 }).map((step) => step / 2),
      { minLength: 1, maxLength: 80 },
    );
    fc.assert(
      fc.property(logits, options, (values, options) => {
        const kept = distribution(Float32Array.from(values), options);
        for (const token of draw(Float32Array.from(values), options, 30).keys()) expect(kept.has(token)).toBe(true);
      }),
    );
  });

  it("draws the token that sorting in order of id gives, over a large vocabulary", () => {
    for (const [index, topP] of [0.1, 0.5, 0.9, 0.99, 0.9999].entries()) {
      for (const spread of [0.01, 1, 4]) {
        const logits = randomLogits(20_000, BigInt(index), spread);
        const options = { temperature: 0.8, topP, seed: index };
        const kept = [...distribution(logits, options)].sort(([a], [b]) => a - b);
        let rest = uniformAt(BigInt(index), 0);
        const expected = kept.find(([, probability]) => (rest -= probability) < 0)?.[0];
        expect(sample(logits, createSamplerState(options, []), options).token).toBe(expected);
      }
    }
  });

  it("depends on seed and token index alone", () => {
    const logits = randomLogits(500, 3n, 1);
    const options = { temperature: 1, seed: 42 };
    const run = (disturb: () => void): number[] => {
      const state = createSamplerState(options, [1, 2, 3]);
      return Array.from({ length: 20 }, () => {
        disturb();
        const { token } = sample(logits, state, options);
        state.accept(token);
        return token;
      });
    };
    const other = createSamplerState({ temperature: 1, seed: 5 }, []);
    const alone = run(() => undefined);
    const beside = run(() => other.accept(sample(randomLogits(900, 8n, 1), other, { temperature: 1, topP: 0.9 }).token));
    expect(beside).toEqual(alone);
    expect(new Set(alone).size).toBeGreaterThan(5);
  });

  it("takes a random seed where none is given", () => {
    const logits = new Float32Array(1000);
    const runs = Array.from({ length: 4 }, () => [...draw(logits, { temperature: 1 }, 5).keys()].join());
    expect(new Set(runs).size).toBeGreaterThan(1);
  });
});

describe("greedy", () => {
  it("takes the largest logit, the lowest id of equal ones, and ignores the seed", () => {
    const logits = Float32Array.of(-3, 2, 5, 5, -Infinity);
    expect(sample(logits, createSamplerState({}, []), {})).toEqual({ token: 2 });
    expect(sample(logits, createSamplerState({}, []), { temperature: 0, topK: 3, topP: 0.5, seed: 9 })).toEqual({ token: 2 });
  });

  it.each<[SamplingOptions, boolean]>([
    [{}, true],
    [{ temperature: 0, topP: 0.5, minP: 0.1, seed: 3 }, true],
    [{ temperature: 2, topK: 1 }, true],
    [{ temperature: 1 }, false],
    [{ temperature: 1, topK: 2 }, false],
    [{ temperature: 0, repetitionPenalty: 1.1 }, false],
    [{ logitBias: { 4: 1 } }, false],
  ])("is what %j asks for: %s", (options, isGreedy) => {
    expect(takesLikeliest(options)).toBe(isGreedy);
  });

  it.each([
    { logits: [1, NaN, 2], problem: /token 1 is NaN/ },
    { logits: [NaN, 1], problem: /token 0 is NaN/ },
    { logits: [5, 1, Infinity], problem: /token 2 is Infinity/ },
    { logits: [-Infinity, -Infinity], problem: /none of 2 logits is finite/ },
    { logits: [], problem: /none of 0 logits is finite/ },
  ])("refuses $logits", ({ logits, problem }) => {
    for (const temperature of [0, 1]) {
      expect(() => sample(Float32Array.from(logits), createSamplerState({}, []), { temperature })).toThrow(problem);
    }
  });
});

describe("penalties and bias", () => {
  const logits = Float32Array.of(1, 2, -1, 0.5);

  it("are applied in the order bias, repetition, presence and frequency", () => {
    const options: SamplingOptions = { repetitionPenalty: 2, presencePenalty: 0.5, frequencyPenalty: 0.25, logitBias: { 1: 1, 3: 1.25 } };
    const state = createSamplerState(options, [2]);
    state.accept(1);
    state.accept(1);
    // Token 0: 1. Token 1: (2 + 1) / 2 - 0.5 - 2 * 0.25 = 0.5. Token 2: -1 * 2 = -2. Token 3: 0.5 + 1.25 = 1.75.
    const { token, logprob, top } = sample(logits, state, options, 4);
    expect(token).toBe(3);
    const normal = Math.log([...logits].reduce((sum, logit) => sum + Math.exp(logit), 0));
    expect(logprob).toBeCloseTo(0.5 - normal, 12);
    expect(top!.map(({ token }) => token)).toEqual([1, 0, 3, 2]);
    expect(sample(logits, state, { ...options, logitBias: { 1: 1 } }).token).toBe(0);
    expect([...logits]).toEqual([1, 2, -1, 0.5]);
  });

  it("bias of 100 forces a token, -100 forbids it", () => {
    const forced = draw(logits, { temperature: 1, logitBias: { 2: 100 }, seed: 1 }, 100);
    expect([...forced.keys()]).toEqual([2]);
    expect(draw(logits, { temperature: 1, logitBias: { 1: -100 }, seed: 1 }, 500).has(1)).toBe(false);
  });

  it("leave logits unchanged where sampling fails", () => {
    const broken = Float32Array.of(1, 2, NaN);
    const options: SamplingOptions = { logitBias: { 0: 5 } };
    expect(() => sample(broken, createSamplerState(options, []), options)).toThrow(/NaN/);
    expect([...broken]).toEqual([1, 2, NaN]);
  });
});
