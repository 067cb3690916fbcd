import { join } from "node:path";
import { cpuBackend } from "@kvasir/cpu-backend";
import type { KernelBackend } from "@kvasir/kv-core";
import { tfjsBackend } from "@kvasir/gpu-backend/tfjs";
import { openEngine, type Engine } from "@kvasir/model-runtime";
import { multictxSparse } from "@kvasir/multictx-sparse";
import { sharedAttention } from "@kvasir/shared-attention";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadEngine, type TestedEngine, TESTED_ENGINES } from "../../packages/gpu-backend/src/tfjs/testing/load-engine.ts";
import { needleDocument } from "../e2e/documents.ts";
import { createBackend } from "./support/backends.ts";

const modelPath = join(import.meta.dirname, "../../models/kvasir-tiny");
const PROMPTS = 20;
const PAGE_SIZE = 16;
/** Plain JavaScript computes less than half a GFLOP a second, so that it gets little to read. */
const LENGTHS: Readonly<Record<TestedEngine, { readonly prompt: number; readonly output: number }>> = {
  cpu: { prompt: 5, output: 3 },
  wasm: { prompt: 40, output: 6 },
  tensorflow: { prompt: 90, output: 10 },
};

function open(backend: KernelBackend): Promise<Engine> {
  return openEngine({
    modelPath,
    backend,
    presets: {
      full: [],
      shared: [sharedAttention({ gate: "always" })],
      routed: [sharedAttention({ gate: "always", routed: { keep: { ratio: 0.5 }, over: "prompt", chunkTokens: 16 } })],
      stitched: [multictxSparse({ recompute: { firstTokens: 16 } })],
      chosen: [multictxSparse({ recompute: "kept", select: { keep: { ratio: 0.5 }, leastTokens: 32 } })],
    },
    kvDtype: "f32",
    maxModelLength: 512,
  });
}

interface Asked {
  readonly prompt: readonly number[];
  readonly policy: string;
  readonly output: number;
  readonly contexts?: readonly string[];
}

/** For machines on which much else runs. */
const TIMEOUT_MS = 240_000;

/** The most likely tokens after a prompt. */
async function greedy(engine: Engine, { prompt, policy, output, contexts = [] }: Asked): Promise<number[]> {
  const tokens: number[] = [];
  const request = { prompt, policy, contexts, tenant: "a", maxTokens: output, sampling: {}, stop: [], ignoreEos: true };
  for await (const event of engine.generate(request)) if (event.type === "token-delta") tokens.push(...event.tokens);
  return tokens;
}

const greedyAll = (engine: Engine, prompts: readonly (readonly number[])[], policy: string, output: number): Promise<number[][]> =>
  Promise.all(prompts.map((prompt) => greedy(engine, { prompt, policy, output })));

/** Pieces of a text, each from another place. */
async function pieces(engine: Engine, count: number, length: number): Promise<number[][]> {
  const tokens = await engine.tokenize(needleDocument(60, 20).text, { addSpecialTokens: false });
  return Array.from({ length: count }, (_, index) => tokens.slice(19 * index, 19 * index + length));
}

describe.each(TESTED_ENGINES)("the embedded model on TensorFlow.js, engine %s", { timeout: TIMEOUT_MS }, (name) => {
  const { prompt, output } = LENGTHS[name];
  let cpu: Engine;
  let tfjs: Engine;
  beforeAll(async () => {
    // The model's weights are quantised: with activations in f32, both backends compute the same but for rounding in other places.
    cpu = await open(await createBackend(cpuBackend, { activations: "f32" }));
    tfjs = await open(await tfjsBackend({ tf: await loadEngine(name) }).create({}));
  }, TIMEOUT_MS);
  afterAll(async () => {
    await cpu.close({ drain: false });
    await tfjs.close({ drain: false });
  });

  it(`generates the tokens of the CPU backend on ${PROMPTS} prompts`, async () => {
    const prompts = await pieces(cpu, PROMPTS, prompt);
    expect(await greedyAll(tfjs, prompts, "full", output)).toEqual(await greedyAll(cpu, prompts, "full", output));
  });

  it("attends what requests share once, with the same tokens", async () => {
    const [common = []] = await pieces(cpu, 1, Math.max(PAGE_SIZE, prompt));
    const prompts = [300, 500, 700].map((token) => [...common, token]);
    const alone = await greedyAll(cpu, prompts, "full", 2);
    // Before the requests, so that they find its pages.
    await greedy(tfjs, { prompt: prompts[0] ?? [], policy: "full", output: 1 });
    const before = (await tfjs.stats()).savedTokenReads;
    expect(await greedyAll(tfjs, prompts, "shared", 2)).toEqual(alone);
    expect((await tfjs.stats()).savedTokenReads).toBeGreaterThan(before);
  });

  it("is refused KV types that TensorFlow.js does not have, by name", async () => {
    const backend = await tfjsBackend({ tf: await loadEngine(name) }).create({});
    await expect(openEngine({ modelPath, backend, presets: { full: [] }, kvDtype: "bf16" })).rejects.toThrow(
      'Option "kvDtype" is bf16, and backend "tfjs" keeps KV in f32.',
    );
    await backend.dispose();
  });

  // The conformance kit has selectors on every engine.
  if (name === "cpu") return;
  it("chooses the chunks that the CPU backend chooses", async () => {
    const prompts = await pieces(cpu, 2, Math.max(3 * PAGE_SIZE, prompt));
    expect(await greedyAll(tfjs, prompts, "routed", output)).toEqual(await greedyAll(cpu, prompts, "routed", output));
  });

  it.each([
    ["places contexts behind one another that were computed alone", "stitched"],
    ["chooses from contexts what the CPU backend chooses, and computes it again", "chosen"],
  ])("%s", async (_, policy) => {
    const documents = [1, 2].map((seed) => needleDocument(6, 1, seed));
    const answers = [];
    for (const engine of [cpu, tfjs]) {
      for (const [index, { text }] of documents.entries()) {
        await engine.createContext({ id: `${policy}-${index}`, content: text, visibility: "private", tenant: "a", policy });
      }
      const prompt = await engine.tokenize(documents[0]?.questions[0]?.question ?? "", { addSpecialTokens: false });
      answers.push(await greedy(engine, { prompt, policy, output, contexts: [`${policy}-1`, `${policy}-0`] }));
    }
    expect(answers[1]).toEqual(answers[0]);
  });
});
