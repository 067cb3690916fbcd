import { createReferenceBackend } from "@kvasir/kv-core/reference";
import { describe, expect, it } from "vitest";
import { loadModel } from "../load-model.ts";
import { reorderRows } from "../loading/half-split-order.ts";
import { floatsOf } from "../loading/float-rows.ts";
import { memoryWeightFile, type MemoryTensor } from "../testing/memory-weight-file.ts";
import { ModelSession } from "../testing/model-session.ts";
import { naiveLlamaLogits } from "../testing/naive-llama.ts";
import { ggufMetadata, huggingFaceConfig, randomCheckpoint, SMALL } from "../testing/random-checkpoint.ts";

const TOKENS = [3, 17, 5, 39, 0, 21, 8, 8, 30];

function expectClose(found: readonly (readonly number[])[], expected: readonly (readonly number[])[], tolerance = 1e-4): void {
  expect(found).toHaveLength(expected.length);
  found.forEach((row, index) => row.forEach((value, at) => expect(Math.abs(value - expected[index]![at]!)).toBeLessThan(tolerance)));
}

describe("the forward pass", () => {
  it.each(["0_1_2", "0_0_2", "0_0_0", "0_1_1"])("equals the equations of the architecture where layers read the KV of %s", async (map) => {
    const backend = createReferenceBackend();
    const file = randomCheckpoint(SMALL, { ...huggingFaceConfig(SMALL), layer_types: map });
    const model = await loadModel(file, backend);
    const found = await new ModelSession(model, backend).logits(TOKENS);
    expectClose(found, naiveLlamaLogits(file, TOKENS, map.split("_").map(Number)));
  });

  it("gives the same logits row by row, in chunks, and for chosen rows", async () => {
    const backend = createReferenceBackend();
    const model = await loadModel(randomCheckpoint(SMALL, huggingFaceConfig(SMALL)), backend);
    const whole = await new ModelSession(model, backend).logits(TOKENS);
    const single = new ModelSession(model, backend);
    for (const [index, token] of TOKENS.entries()) expect((await single.logits([token]))[0]).toEqual(whole[index]);
    const chunked = new ModelSession(model, backend);
    await chunked.read(model.forward(chunked.next(TOKENS.slice(0, 4), [])), 0);
    expect(await chunked.read(model.forward(chunked.next(TOKENS.slice(4), [0, 4])), 2)).toEqual([whole[4], whole[8]]);
  });

  it("is made of embed, runLayers and computeLogits", async () => {
    const backend = createReferenceBackend();
    const model = await loadModel(randomCheckpoint(SMALL, huggingFaceConfig(SMALL)), backend);
    const whole = await new ModelSession(model, backend).logits(TOKENS);
    const session = new ModelSession(model, backend);
    const { tokens, ...placement } = session.next(TOKENS, []);
    model.embed(tokens, model.hidden);
    model.runLayers({ layers: { from: 0, to: 2 }, hidden: model.hidden, ...placement });
    await backend.submit();
    model.runLayers({ layers: { from: 2, to: 3 }, hidden: model.hidden, ...placement });
    expect(await session.read(model.computeLogits(model.hidden, Int32Array.of(8, 1)), 2)).toEqual([whole[8], whole[1]]);
  });

  it("chooses the likeliest token of rows of logits", async () => {
    const backend = createReferenceBackend();
    const model = await loadModel(randomCheckpoint(SMALL, huggingFaceConfig(SMALL)), backend);
    const session = new ModelSession(model, backend);
    const tensor = model.forward(session.next(TOKENS, [2, 3, 8]));
    const chosen = await backend.readTensor(model.chooseLikeliest(3), 0, 3);
    const logits = await session.read(tensor, 3);
    expect([...chosen]).toEqual(logits.map((row) => row.indexOf(Math.max(...row))));
  });

  it("refuses more rows than it has memory for", async () => {
    const backend = createReferenceBackend();
    const model = await loadModel(randomCheckpoint(SMALL, huggingFaceConfig(SMALL)), backend, { maxRows: 4, maxLogitRows: 9 });
    expect(model.maxLogitRows).toBe(4);
    expect(() => model.forward(new ModelSession(model, backend).next(TOKENS, []))).toThrow(/at most 4 tokens, this one has 9/);
    expect(() => model.computeLogits(model.hidden, new Int32Array(5))).toThrow(/at most 4 rows of logits, this one has 5/);
  });
});

describe("a GGUF file", () => {
  it.each([
    { architecture: "llama", huggingFace: "LlamaForCausalLM", isInterleaved: true },
    { architecture: "qwen2", huggingFace: "Qwen2ForCausalLM", isInterleaved: false },
    { architecture: "qwen3", huggingFace: "Qwen3ForCausalLM", isInterleaved: false },
    { architecture: "gemma3", huggingFace: "Gemma3ForCausalLM", isInterleaved: false, normOffset: 1 },
  ])(
    "of $architecture gives the logits of the same weights in safetensors",
    async ({ architecture, huggingFace, isInterleaved, normOffset = 0 }) => {
      const hasQkvBias = architecture === "qwen2";
      const config = { ...huggingFaceConfig(SMALL, huggingFace), query_pre_attn_scalar: SMALL.headDim, sliding_window: 4 };
      const original = randomCheckpoint(SMALL, config, { hasQkvBias });
      const metadata = {
        ...ggufMetadata(SMALL, architecture),
        ...(architecture === "gemma3" ? { "gemma3.attention.sliding_window": 4 } : {}),
      };
      const template = randomCheckpoint(SMALL, metadata, { hasQkvBias });
      // Both lists of tensors are in the same order, so the names of one pair up with those of the other.
      const ggufNames = [...template.tensors.keys()];
      const tensors = Object.fromEntries(
        [...original.tensors.values()].map(({ name, shape }, index): [string, MemoryTensor] => {
          const values = floatsOf(original.readRows(name, 0, shape.length === 1 ? 1 : shape[0]!));
          const isRotary = isInterleaved && /q_proj|k_proj/.test(name);
          const width = shape.length === 1 ? 1 : shape[1]!;
          const stored = isRotary ? interleave(values, width) : /norm/.test(name) ? values.map((value) => value + normOffset) : values;
          return [ggufNames[index]!, { shape, values: stored }];
        }),
      );
      const backend = createReferenceBackend();
      const logits = async (file: typeof original): Promise<number[][]> =>
        new ModelSession(await loadModel(file, backend), backend).logits(TOKENS);
      expectClose(await logits(memoryWeightFile("gguf", metadata, tensors)), await logits(original), 1e-6);
    },
  );
});

/** The converter's order, found by asking where each row comes back from. */
function interleave(values: Float32Array, width: number): Float32Array {
  const rows = values.length / width;
  const origin = reorderRows(
    Float32Array.from({ length: rows }, (_, row) => row),
    1,
    SMALL.headDim,
  );
  const result = new Float32Array(values.length);
  origin.forEach((target, row) => result.set(values.subarray(row * width, (row + 1) * width), target * width));
  return result;
}
