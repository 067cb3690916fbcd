import { rmSync } from "node:fs";
import { createReferenceBackend } from "@kvasir/kv-core/reference";
import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import { byteModel } from "../testing/byte-model.ts";
import type { Engine, GenerationRequest, PositionLogprobs } from "./engine-api.ts";
import { openEngine } from "./open-engine.ts";

const MODEL = byteModel();
let engine: Engine;

beforeAll(async () => {
  const backend = createReferenceBackend();
  engine = await openEngine({ modelPath: MODEL, backend, presets: { full: [] }, kvDtype: "f32", kvPoolBytes: 4 * 2 ** 20 });
});

afterAll(async () => {
  await engine.close();
  rmSync(MODEL, { recursive: true });
});

interface Output {
  readonly tokens: number[];
  readonly logprobs: PositionLogprobs[];
  readonly rows: Float32Array[];
  readonly text: string;
}

async function generate(overrides: Partial<GenerationRequest>, tenant = "a"): Promise<Output> {
  const prompt = [72, 101, 108, 108, 111];
  const request = { prompt, contexts: [], tenant, maxTokens: 6, sampling: {}, stop: [], ignoreEos: true, ...overrides };
  const output: Output = { tokens: [], logprobs: [], rows: [], text: "" };
  let text = "";
  for await (const event of engine.generate(request)) {
    if (event.type !== "token-delta") continue;
    output.tokens.push(...event.tokens);
    output.logprobs.push(...(event.logprobs ?? []));
    output.rows.push(...(event.fullLogprobs ?? []));
    text += event.text;
  }
  return { ...output, text };
}

it("takes the tokens it is given and goes on by itself", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.integer({ min: 97, max: 122 }), { minLength: 1, maxLength: 6 }), async (forcedTokens) => {
      const { tokens, text } = await generate({ forcedTokens });
      expect(tokens).toHaveLength(6);
      expect(tokens.slice(0, forcedTokens.length)).toEqual(forcedTokens);
      expect(text.startsWith(String.fromCharCode(...forcedTokens))).toBe(true);
      const prompt = [72, 101, 108, 108, 111, ...forcedTokens];
      const rest = await generate({ prompt, maxTokens: 6 - forcedTokens.length });
      expect(tokens.slice(forcedTokens.length)).toEqual(rest.tokens);
    }),
    { numRuns: 8 },
  );
});

it("changes nothing when it is given what it would choose, to the last bit of every probability", async () => {
  const free = await generate({ fullLogprobs: true }, "b");
  const forced = await generate({ fullLogprobs: true, forcedTokens: free.tokens }, "c");
  expect(forced.tokens).toEqual(free.tokens);
  expect(forced.rows).toEqual(free.rows);
});

it("reports probabilities of the whole vocabulary that sum to one and agree with those of single tokens", async () => {
  const { tokens, logprobs, rows } = await generate({ fullLogprobs: true, logprobs: 3, forcedTokens: [1, 2] });
  expect(rows).toHaveLength(6);
  for (const [step, row] of rows.entries()) {
    expect(row).toHaveLength(engine.info.vocabularySize);
    expect(row.reduce((sum, logprob) => sum + Math.exp(logprob), 0)).toBeCloseTo(1, 5);
    expect(row[tokens[step]!]).toBeCloseTo(logprobs[step]!.logprob, 5);
    expect(Math.max(...row)).toBeCloseTo(logprobs[step]!.top[0]!.logprob, 5);
  }
  expect((await generate({})).rows).toEqual([]);
});

it("refuses to take tokens outside the vocabulary", async () => {
  await expect(generate({ forcedTokens: [999_999] })).rejects.toMatchObject({ reason: "invalid-token" });
});
