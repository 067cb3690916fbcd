import type { KernelBackend } from "@kvasir/kv-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadModel, type Model } from "../../packages/model-runtime/src/model/index.ts";
import { tokenLogprobs } from "../../packages/model-runtime/src/sampler/index.ts";
import { openWeightFile } from "../../packages/model-runtime/src/weights/index.ts";
import { createBackend, CPU_BACKENDS } from "./support/backends.ts";
import { FOUND_CHECKPOINTS, MISSING_CHECKPOINTS, type PublicPrompt } from "./support/public-checkpoints.ts";
import { SingleSequence } from "./support/single-sequence.ts";

const MAX_LOGPROB_DIFFERENCE = 0.01;
/** Where the two most likely tokens of the oracle are closer than this, either may come, and the texts part. */
const CLOSE_CALL = 0.05;
const MAX_ROWS = 256;
/** `KVASIR_ORACLE=full` takes every prompt; otherwise a few, so that the suite stays quick. */
const PROMPTS = process.env["KVASIR_ORACLE"] === "full" ? Infinity : 4;

describe.each(CPU_BACKENDS)("with float activations $name computes what transformers computes from", (factory) => {
  let backend: KernelBackend;
  beforeAll(async () => {
    backend = await createBackend(factory, { activations: "f32" });
  });
  afterAll(() => backend.dispose());

  it.for(MISSING_CHECKPOINTS)("$name", (_, { skip }) => skip("not on this machine"));

  describe.each(FOUND_CHECKPOINTS)("$name", ({ path, prompts }) => {
    let model: Model;
    beforeAll(async () => {
      const file = await openWeightFile(path!);
      model = await loadModel(file, backend, { maxRows: MAX_ROWS });
      file.close();
    }, 120_000);
    afterAll(() => model.dispose());

    it.each(prompts.slice(0, PROMPTS))("$kind", { timeout: 120_000 }, async ({ ids, top, random, greedy }) => {
      const sequence = new SingleSequence(model, backend, ids.length + greedy.ids.length);
      const [logits] = await sequence.feed(ids, [ids.length - 1]);
      const logSumExp = logits![0]! - tokenLogprobs(logits!, 0, 0).logprob;
      for (const expected of [top, random]) {
        const differences = expected.ids.map((token, index) => Math.abs(logits![token]! - logSumExp - expected.logprobs[index]!));
        expect(Math.max(...differences)).toBeLessThanOrEqual(MAX_LOGPROB_DIFFERENCE);
      }
      const comparable = comparableTokens(greedy);
      expect(await sequence.greedy(logits!, comparable.length)).toEqual(comparable);
      sequence.dispose();
    });
  });
});

/** Tokens up to the first close call. */
function comparableTokens({ ids, margins }: PublicPrompt["greedy"]): readonly number[] {
  const closeCall = margins.findIndex((margin) => margin < CLOSE_CALL);
  return closeCall === -1 ? ids : ids.slice(0, closeCall);
}
