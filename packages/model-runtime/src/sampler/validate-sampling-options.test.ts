import { expect, it } from "vitest";
import type { SamplingOptions } from "./sampling-options.ts";
import { validateSamplingOptions } from "./validate-sampling-options.ts";

it.each<SamplingOptions>([
  {},
  { temperature: 0, topK: 0, topP: 1, minP: 0, seed: -3, repetitionPenalty: 1, presencePenalty: -2, frequencyPenalty: 2, logitBias: {} },
  {
    temperature: 2,
    topK: 1_000_000,
    topP: 1e-9,
    minP: 1,
    seed: Number.MAX_SAFE_INTEGER,
    repetitionPenalty: 0.1,
    logitBias: { 0: 100, 99: -100 },
  },
])("accepts %j", (options) => {
  expect(validateSamplingOptions(options, 100)).toBeUndefined();
});

it.each<{ options: Record<string, unknown>; field: string; reason: RegExp }>([
  { options: { temperature: -0.1 }, field: "temperature", reason: /a number from 0 to 100, not -0.1/ },
  { options: { temperature: NaN }, field: "temperature", reason: /not NaN/ },
  { options: { temperature: "1" }, field: "temperature", reason: /a number/ },
  { options: { temperature: Infinity }, field: "temperature", reason: /not Infinity/ },
  { options: { topK: 1.5 }, field: "topK", reason: /a whole number from 0 on, not 1.5/ },
  { options: { topK: -1 }, field: "topK", reason: /not -1/ },
  { options: { topP: 0 }, field: "topP", reason: /a number above 0 and at most 1, not 0/ },
  { options: { topP: 1.1 }, field: "topP", reason: /at most 1/ },
  { options: { minP: 2 }, field: "minP", reason: /from 0 to 1/ },
  { options: { seed: 1e300 }, field: "seed", reason: /a whole number that fits 53 bits/ },
  { options: { seed: null }, field: "seed", reason: /not null/ },
  { options: { repetitionPenalty: 0 }, field: "repetitionPenalty", reason: /above 0/ },
  { options: { presencePenalty: 2.5 }, field: "presencePenalty", reason: /from -2 to 2/ },
  { options: { frequencyPenalty: -3 }, field: "frequencyPenalty", reason: /from -2 to 2/ },
  { options: { logitBias: { 100: 1 } }, field: "logitBias", reason: /token id 100; ids are 0 to 99/ },
  { options: { logitBias: { "-1": 1 } }, field: "logitBias", reason: /token id -1/ },
  { options: { logitBias: { 5: 101 } }, field: "logitBias", reason: /token 5 must be a number from -100 to 100/ },
])("refuses $options", ({ options, field, reason }) => {
  const problem = validateSamplingOptions(options as SamplingOptions, 100);
  expect(problem?.field).toBe(field);
  expect(problem?.reason).toMatch(reason);
});
