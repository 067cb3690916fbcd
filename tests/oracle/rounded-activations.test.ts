import type { KernelBackend } from "@kvasir/kv-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadModel } from "../../packages/model-runtime/src/model/index.ts";
import { tokenLogprobs } from "../../packages/model-runtime/src/sampler/index.ts";
import { openWeightFile } from "../../packages/model-runtime/src/weights/index.ts";
import { CPU_BACKENDS, createBackend } from "./support/backends.ts";
import { FOUND_CHECKPOINTS, MISSING_CHECKPOINTS, type PublicPrompt } from "./support/public-checkpoints.ts";
import { SingleSequence } from "./support/single-sequence.ts";

/** Nats per position. llama.cpp, which rounds activations too, is 0.003 away from the same oracle on SmolLM2 in Q4_1. */
const MAX_MEAN_DIVERGENCE = 0.003;

/** `KVASIR_ORACLE=full` takes both tiers and every prompt. */
const isFull = process.env["KVASIR_ORACLE"] === "full";
const TIERS = isFull ? CPU_BACKENDS : CPU_BACKENDS.slice(0, 1);
const PROMPTS = isFull ? Infinity : 6;

describe.each(TIERS)("rounding activations on $name costs little", (factory) => {
  let backend: KernelBackend;
  beforeAll(async () => {
    backend = await createBackend(factory);
  });
  afterAll(() => backend.dispose());

  it.for(MISSING_CHECKPOINTS)("$name", (_, { skip }) => skip("not on this machine"));

  it.each(FOUND_CHECKPOINTS)("$name", { timeout: 600_000 }, async ({ path, prompts }) => {
    const file = await openWeightFile(path!);
    const model = await loadModel(file, backend, { maxRows: 256 });
    file.close();
    const divergences: number[] = [];
    for (const { ids, top } of prompts.slice(0, PROMPTS)) {
      const sequence = new SingleSequence(model, backend, ids.length);
      const [logits] = await sequence.feed(ids, [ids.length - 1]);
      divergences.push(divergence(top, logits!));
      sequence.dispose();
    }
    model.dispose();
    expect(divergences.reduce((sum, value) => sum + value, 0) / divergences.length).toBeLessThan(MAX_MEAN_DIVERGENCE);
  });
});

/** Kullback-Leibler divergence from the oracle, with all tokens beyond the recorded ones as one. */
function divergence({ ids, logprobs }: PublicPrompt["top"], logits: Float32Array): number {
  const logSumExp = logits[0]! - tokenLogprobs(logits, 0, 0).logprob;
  let [sum, oracleRest, rest] = [0, 1, 1];
  ids.forEach((token, index) => {
    const probability = Math.exp(logprobs[index]!);
    const logprob = logits[token]! - logSumExp;
    sum += probability * (logprobs[index]! - logprob);
    oracleRest -= probability;
    rest -= Math.exp(logprob);
  });
  return oracleRest > 1e-6 && rest > 0 ? sum + oracleRest * Math.log(oracleRest / rest) : sum;
}
