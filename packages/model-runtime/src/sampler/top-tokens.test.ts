import fc from "fast-check";
import { expect, it } from "vitest";
import { tokenLogprobs } from "./token-logprobs.ts";
import { topTokens } from "./top-tokens.ts";

it("equals the head of a stable sort", () => {
  const logits = fc.array(fc.oneof(fc.integer({ min: -5, max: 5 }), fc.constant(-Infinity)), { maxLength: 60 });
  fc.assert(
    fc.property(logits, fc.nat({ max: 70 }), (values, count) => {
      const sorted = values.map((_, token) => token).sort((a, b) => (values[b]! === values[a]! ? a - b : values[b]! - values[a]!));
      expect([...topTokens(Float32Array.from(values), count)]).toEqual(sorted.slice(0, count));
    }),
  );
});

it("log-probabilities sum to one and do not overflow", () => {
  const logits = Float32Array.of(1000, 999, 998, -1000);
  const { token, logprob, top } = tokenLogprobs(logits, 1, 4);
  expect(token).toBe(1);
  expect(logprob).toBe(top[1]!.logprob);
  expect(top.reduce((sum, { logprob }) => sum + Math.exp(logprob), 0)).toBeCloseTo(1, 12);
});
