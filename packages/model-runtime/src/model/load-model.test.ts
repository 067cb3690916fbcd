import type { KernelBackend } from "@kvasir/kv-core";
import { createReferenceBackend } from "@kvasir/kv-core/reference";
import { describe, expect, it } from "vitest";
import { ModelTensorError } from "../errors/model-tensor-error.ts";
import type { WeightFile } from "../weights/weight-file.ts";
import { loadModel } from "./load-model.ts";
import { huggingFaceConfig, randomCheckpoint, SMALL } from "./testing/random-checkpoint.ts";

/** A backend that counts what it holds. */
function countingBackend(): { backend: KernelBackend; held: () => number } {
  const backend = createReferenceBackend();
  let held = 0;
  const count =
    <Arguments extends unknown[], Result>(operator: (...call: Arguments) => Result, change: number) =>
    (...call: Arguments): Result => {
      const result = operator.apply(backend, call);
      held += change;
      return result;
    };
  backend.createTensor = count(backend.createTensor.bind(backend), 1);
  backend.createMatrix = count(backend.createMatrix.bind(backend), 1);
  backend.disposeTensor = count(backend.disposeTensor.bind(backend), -1);
  backend.disposeMatrix = count(backend.disposeMatrix.bind(backend), -1);
  return { backend, held: () => held };
}

function checkpoint(architecture = "LlamaForCausalLM", options?: { hasQkvBias: boolean }): WeightFile {
  return randomCheckpoint(SMALL, huggingFaceConfig(SMALL, architecture), options);
}

function withTensors(file: WeightFile, change: (tensors: Map<string, { name: string; shape: readonly number[] }>) => void): WeightFile {
  const tensors = new Map(file.tensors);
  change(tensors as Map<string, never>);
  return { ...file, tensors };
}

describe("loading", () => {
  it("counts weights and bytes, reports progress, and frees everything on dispose", async () => {
    const { backend, held } = countingBackend();
    const progress: number[] = [];
    const model = await loadModel(checkpoint(), backend, {
      onProgress: ({ loadedBytes, totalBytes }) => progress.push(loadedBytes / totalBytes),
    });
    const perLayer = 32 * (32 + 2 * 16) + 32 * 32 + 3 * 32 * 48 + 2 * 32;
    expect(model.parameters).toBe(40 * 32 + 3 * perLayer + 32);
    expect(model.weightBytes).toBeGreaterThanOrEqual(4 * model.parameters);
    expect(progress).toEqual([...progress].sort((a, b) => a - b));
    expect(progress.at(-1)).toBe(1);
    model.dispose();
    model.dispose();
    expect(held()).toBe(0);
    expect(() => model.embed(Int32Array.of(1), model.hidden)).toThrow(/after it was disposed/);
  });

  it("stops and frees everything where it is aborted", async () => {
    const { backend, held } = countingBackend();
    const controller = new AbortController();
    const loading = loadModel(checkpoint(), backend, { signal: controller.signal, onProgress: () => controller.abort() });
    await expect(loading).rejects.toThrow(/aborted/);
    expect(held()).toBe(0);
  });

  it("takes no memory where a tensor is missing or has another shape, and names it", async () => {
    const { backend, held } = countingBackend();
    const down = "model.layers.2.mlp.down_proj.weight";
    const missing = withTensors(checkpoint(), (tensors) => tensors.delete(down));
    await expect(loadModel(missing, backend)).rejects.toThrow(`Tensor "${down}" is missing where the configuration calls for [32, 48]`);
    const misshapen = withTensors(checkpoint(), (tensors) => tensors.set(down, { name: down, shape: [48, 32] }));
    await expect(loadModel(misshapen, backend)).rejects.toThrow(
      `Tensor "${down}" has shape [48, 32] where the configuration calls for [32, 48]`,
    );
    await expect(loadModel(misshapen, backend)).rejects.toThrow(ModelTensorError);
    const headless = { ...checkpoint(), metadata: { ...huggingFaceConfig(SMALL), tie_word_embeddings: false } };
    await expect(loadModel(headless, backend)).rejects.toThrow(`Tensor "lm_head.weight" is missing`);
    expect(held()).toBe(0);
  });

  it("asks qwen2 for its biases", async () => {
    const { backend } = countingBackend();
    await expect(loadModel(checkpoint("Qwen2ForCausalLM"), backend)).rejects.toThrow(
      `Tensor "model.layers.0.self_attn.q_proj.bias" is missing`,
    );
    const model = await loadModel(checkpoint("Qwen2ForCausalLM", { hasQkvBias: true }), backend);
    expect(model.description.hasQkvBias).toBe(true);
  });

  it("finds the language model inside a multimodal checkpoint", async () => {
    const { backend } = countingBackend();
    const text = randomCheckpoint(SMALL, huggingFaceConfig(SMALL, "Gemma3ForCausalLM"));
    const tensors = new Map([...text.tensors].map(([name, tensor]) => [`language_${name.replace("model.", "model.model.")}`, tensor]));
    const readRows: WeightFile["readRows"] = (name, firstRow, rowCount) =>
      text.readRows(name.replace("language_model.model.", "model."), firstRow, rowCount);
    const metadata = { architectures: ["Gemma3ForConditionalGeneration"], text_config: huggingFaceConfig(SMALL) };
    const model = await loadModel({ ...text, metadata, tensors, readRows }, backend);
    expect(model.description.family).toBe("gemma3");
  });
});
