import { describe, expect, it } from "vitest";
import { UnsupportedModelError } from "../errors/unsupported-model-error.ts";
import { describeModel } from "./describe-model.ts";
import type { ModelDescription } from "./model-description.ts";
import { memoryWeightFile, type MemoryTensor } from "./testing/memory-weight-file.ts";
import { ggufMetadata, huggingFaceConfig, SMALL } from "./testing/random-checkpoint.ts";

function fromConfig(changes: Readonly<Record<string, unknown>>, architecture?: string): ModelDescription {
  return describeModel(memoryWeightFile("safetensors", { ...huggingFaceConfig(SMALL, architecture), ...changes }, {}));
}

function fromGguf(
  changes: Readonly<Record<string, unknown>>,
  architecture = "llama",
  tensors: Readonly<Record<string, MemoryTensor>> = {},
): ModelDescription {
  const own = Object.fromEntries(
    Object.entries(changes).map(([key, value]) => [key.includes("ggml") ? key : `${architecture}.${key}`, value]),
  );
  const metadata = { ...ggufMetadata(SMALL, architecture), [`${architecture}.vocab_size`]: 40, ...own };
  return describeModel(memoryWeightFile("gguf", metadata, tensors));
}

const kinds = (description: ModelDescription): string[] =>
  description.shape.layers.map(({ kind, slidingWindow }) => (kind === "full" ? "full" : `window ${slidingWindow}`));

describe("config.json", () => {
  it("gives sizes, scales and end tokens", () => {
    const description = fromConfig({ eos_token_id: [1, 7], rope_theta: 5e5 });
    expect(description).toMatchObject({
      family: "llama",
      architecture: "LlamaForCausalLM",
      hiddenSize: 32,
      vocabularySize: 40,
      headDim: 8,
      kvHeads: 2,
      attentionScale: 8 ** -0.5,
      embeddingScale: 1,
      eosTokens: [1, 7],
      hasTiedEmbeddings: true,
    });
    expect(description.shape).toMatchObject({ queryHeads: 4, maxPositions: 256, hasFixedFrequencies: true });
    expect(description.ropes).toEqual(Array.from({ length: 3 }, () => ({ theta: 5e5, scaling: { kind: "none" } })));
  });

  it("is recognised by model_type where it names no architecture", () => {
    expect(fromConfig({ architectures: undefined, model_type: "qwen2" })).toMatchObject({
      family: "qwen2",
      hasQkvBias: true,
      hasOutputBias: false,
    });
  });

  it.each<{ architecture: string; changes: Record<string, unknown>; expected: string[] }>([
    { architecture: "MistralForCausalLM", changes: { sliding_window: 16 }, expected: ["window 16", "window 16", "window 16"] },
    { architecture: "MistralForCausalLM", changes: { sliding_window: null }, expected: ["full", "full", "full"] },
    { architecture: "MistralForCausalLM", changes: {}, expected: ["window 4096", "window 4096", "window 4096"] },
    { architecture: "Qwen2ForCausalLM", changes: { sliding_window: 16, use_sliding_window: false }, expected: ["full", "full", "full"] },
    {
      architecture: "Qwen3ForCausalLM",
      changes: { sliding_window: 16, use_sliding_window: true, max_window_layers: 1 },
      expected: ["full", "window 16", "window 16"],
    },
    {
      architecture: "Gemma3ForCausalLM",
      changes: { sliding_window: 16, sliding_window_pattern: 2 },
      expected: ["window 16", "full", "window 16"],
    },
    {
      architecture: "Gemma3ForCausalLM",
      changes: { sliding_window: 16, layer_types: ["full_attention", "sliding_attention", "full_attention"] },
      expected: ["full", "window 16", "full"],
    },
    { architecture: "LlamaForCausalLM", changes: { sliding_window: 16 }, expected: ["full", "full", "full"] },
  ])("gives windows of $architecture with $changes", ({ architecture, changes, expected }) => {
    expect(kinds(fromConfig(changes, architecture))).toEqual(expected);
  });

  it("gives gemma3 two rotations, in both spellings", () => {
    const old = fromConfig(
      { rope_theta: 1e6, rope_local_base_freq: 1e4, rope_scaling: { rope_type: "linear", factor: 8 }, sliding_window_pattern: 2 },
      "Gemma3ForCausalLM",
    );
    const full = { rope_type: "linear", factor: 8, rope_theta: 1e6 };
    const parameters = { full_attention: full, sliding_attention: { rope_type: "default", rope_theta: 1e4 } };
    const current = fromConfig({ rope_parameters: parameters, sliding_window_pattern: 2 }, "Gemma3ForCausalLM");
    expect(current).toEqual(old);
    expect(old.ropes.map(({ theta, scaling }) => `${theta} ${scaling.kind}`)).toEqual(["10000 none", "1000000 linear", "10000 none"]);
  });

  it("reads the language model of a multimodal checkpoint", () => {
    const { architectures: _, ...text } = huggingFaceConfig(SMALL);
    const metadata = { architectures: ["Gemma3ForConditionalGeneration"], text_config: text, eos_token_id: [1, 106] };
    expect(describeModel(memoryWeightFile("safetensors", metadata, {}))).toMatchObject({
      family: "gemma3",
      hiddenSize: 32,
      eosTokens: [1, 106],
    });
  });

  it.each([
    { rope: { rope_type: "dynamic", factor: 2 }, positions: 256 },
    {
      rope: { type: "longrope", short_factor: [1, 1, 1, 2], long_factor: [4, 4, 4, 4], original_max_position_embeddings: 64 },
      positions: 64,
    },
  ])("keeps $rope to the length where its frequencies hold and says that they are not fixed", ({ rope, positions }) => {
    expect(fromConfig({ rope_scaling: rope }).shape).toMatchObject({ hasFixedFrequencies: false, maxPositions: positions });
  });

  it("stretches the context with yarn", () => {
    const yarn = { type: "yarn", factor: 4, original_max_position_embeddings: 256 };
    expect(fromConfig({ rope_scaling: yarn }).shape).toMatchObject({ maxPositions: 1024, hasFixedFrequencies: true });
    expect(fromConfig({ rope_scaling: yarn, max_position_embeddings: 4096 }).shape.maxPositions).toBe(4096);
  });

  it.each([
    { key: "layer_types", value: "0_0_2" },
    { key: "kv_owner_map", value: "0_0_2" },
  ])("reads the owner map of $key", ({ key, value }) => {
    expect(fromConfig({ [key]: value }).shape.layers.map(({ owner }) => owner)).toEqual([0, 0, 2]);
  });

  it("reads windows of an owner map", () => {
    const description = fromConfig({ layer_types: "0s_0_2s", sliding_window: 16 }, "LCKVLlamaForCausalLM");
    expect(kinds(description)).toEqual(["window 16", "full", "window 16"]);
    expect(kinds(fromConfig({ layer_types: "0_0_2s" }, "LCKVLlamaForCausalLM"))).toEqual(["full", "full", "window 4096"]);
  });
});

describe("GGUF metadata", () => {
  it("gives sizes, and what tensors tell", () => {
    const bias = {
      "blk.0.attn_q.bias": { shape: [32], values: new Float32Array(32) },
      "output.weight": { shape: [40, 32], values: new Float32Array(0) },
    };
    const description = fromGguf({ "tokenizer.ggml.eos_token_id": 2, "tokenizer.ggml.eot_token_id": 9n }, "llama", bias);
    expect(description).toMatchObject({
      family: "llama",
      hasQkvBias: true,
      hasOutputBias: false,
      hasTiedEmbeddings: false,
      eosTokens: [2, 9],
      vocabularySize: 40,
    });
    expect(fromGguf({}).hasTiedEmbeddings).toBe(true);
  });

  it("gives windows by number, by list and by the family's pattern", () => {
    expect(kinds(fromGguf({ "attention.sliding_window": 16 }))).toEqual(["window 16", "window 16", "window 16"]);
    expect(kinds(fromGguf({ "attention.sliding_window": 16 }, "qwen2"))).toEqual(["full", "full", "full"]);
    expect(kinds(fromGguf({ "attention.sliding_window": 16, "attention.sliding_window_pattern": 2 }, "gemma3"))).toEqual([
      "window 16",
      "full",
      "window 16",
    ]);
    expect(kinds(fromGguf({ "attention.sliding_window": 16, "attention.sliding_window_pattern": [true, true, false] }, "gemma3"))).toEqual([
      "window 16",
      "window 16",
      "full",
    ]);
  });

  it("takes one value per layer where all are the same", () => {
    expect(fromGguf({ "attention.head_count_kv": [2, 2, 2] }).kvHeads).toBe(2);
    expect(() => fromGguf({ "attention.head_count_kv": [2, 2, 1] })).toThrow(
      /"llama.attention.head_count_kv" is \[2,2,1\]. Supported: one value for all layers/,
    );
  });

  it("reads rotations: divisors, linear and yarn", () => {
    const divisors = { "rope_freqs.weight": { shape: [4], values: Float32Array.of(1, 1, 4, 8) } };
    expect(fromGguf({ "rope.freq_base": 5e5 }, "llama", divisors).ropes[0]).toEqual({
      theta: 5e5,
      scaling: { kind: "divisors", divisors: [1, 1, 4, 8], attentionFactor: 1 },
    });
    expect(fromGguf({ "rope.scaling.type": "linear", "rope.scaling.factor": 4 }).ropes[0]!.scaling).toEqual({ kind: "linear", factor: 4 });
    const yarn = { "rope.scaling.type": "yarn", "rope.scaling.factor": 4, "rope.scaling.original_context_length": 64 };
    expect(fromGguf(yarn).ropes[0]!.scaling).toMatchObject({
      kind: "yarn",
      factor: 4,
      attentionFactor: 0.1 * Math.log(4) + 1,
      originalContextLength: 64,
    });
  });

  it("scales attention of gemma3 27B by hidden size / heads", () => {
    expect(fromGguf({}, "gemma3").attentionScale).toBe(8 ** -0.5);
    expect(fromGguf({ block_count: 62, "attention.key_length": 16, "attention.value_length": 16 }, "gemma3").attentionScale).toBe(
      (32 / 4) ** -0.5,
    );
  });
});

describe("what is not supported is named, with what is", () => {
  it.each<{ changes: Record<string, unknown>; message: RegExp }>([
    {
      changes: { architectures: ["MambaForCausalLM"] },
      message: /"architectures" is \["MambaForCausalLM"\]. Supported: LlamaForCausalLM, LCKVLlamaForCausalLM, MistralForCausalLM/,
    },
    {
      changes: { architectures: undefined, model_type: "mamba" },
      message: /"model_type" is "mamba". Supported: llama, lckv-llama, mistral, qwen2/,
    },
    { changes: { architectures: undefined }, message: /"architectures" is missing/ },
    { changes: { hidden_size: undefined }, message: /"hidden_size" is missing. Supported: a whole number above 0/ },
    { changes: { num_hidden_layers: -1 }, message: /"num_hidden_layers" is -1/ },
    { changes: { num_hidden_layers: 2 ** 30 }, message: /"num_hidden_layers" is 1073741824. Supported: a whole number from 1 to 4096/ },
    { changes: { num_hidden_layers: 1.5 }, message: /"num_hidden_layers" is 1.5/ },
    { changes: { vocab_size: "40" }, message: /"vocab_size" is "40"/ },
    { changes: { rms_norm_eps: NaN }, message: /"rms_norm_eps" is null. Supported: a number above 0/ },
    { changes: { head_dim: 7 }, message: /"head dimension" is 7. Supported: even whole numbers/ },
    { changes: { num_key_value_heads: 3 }, message: /"KV heads" is 3. Supported: divisors of the number of query heads, 4/ },
    { changes: { hidden_act: "relu" }, message: /"hidden_act" is "relu". Supported: silu, swish, gelu_pytorch_tanh, gelu_new/ },
    {
      changes: { rope_scaling: { rope_type: "mystery", factor: 2 } },
      message: /"rope_scaling.rope_type" is "mystery". Supported: default, linear/,
    },
    { changes: { rope_scaling: { rope_type: "llama3", factor: 2 } }, message: /"rope_scaling.low_freq_factor" is missing/ },
    { changes: { rope_scaling: "yarn" }, message: /"rope_scaling" is "yarn". Supported: an object/ },
    {
      changes: { rope_parameters: { rope_type: "longrope", short_factor: [1] } },
      message: /"rope_parameters.short_factor" is \[1\]. Supported: 4 numbers/,
    },
    { changes: { partial_rotary_factor: 0.5 }, message: /"partial_rotary_factor" is 0.5/ },
    { changes: { quantization_config: { quant_method: "gptq" } }, message: /"quantization_config" is \{"quant_method":"gptq"\}/ },
    { changes: { num_local_experts: 8 }, message: /"num_local_experts" is 8. Supported: models without mixture of experts/ },
    { changes: { final_logit_softcapping: 30 }, message: /"final_logit_softcapping" is 30/ },
    { changes: { layer_types: "0s_1_2", sliding_window: null }, message: /"sliding_window" is missing/ },
    { changes: { force_nodiag: true }, message: /"force_nodiag" is true/ },
    { changes: { layer_types: ["full_attention"] }, message: /a list of 3 types/ },
    { changes: { layer_types: ["full_attention", "mamba", "full_attention"] }, message: /full_attention, sliding_attention/ },
    { changes: { eos_token_id: "</s>" }, message: /"eos_token_id" is "<\/s>"/ },
    { changes: { tie_word_embeddings: "yes" }, message: /"tie_word_embeddings" is "yes". Supported: true or false/ },
  ])("$changes", ({ changes, message }) => {
    expect(() => fromConfig(changes)).toThrow(UnsupportedModelError);
    expect(() => fromConfig(changes)).toThrow(message);
  });

  it.each<{ changes: Record<string, unknown>; message: RegExp }>([
    { changes: { block_count: undefined }, message: /"llama.block_count" is missing/ },
    { changes: { expert_count: 8 }, message: /"llama.expert_count" is 8/ },
    { changes: { "attention.value_length": 4 }, message: /"llama.attention.value_length" is 4. Supported: 8, the key length/ },
    { changes: { "rope.dimension_count": 4 }, message: /"llama.rope.dimension_count" is 4/ },
    { changes: { "rope.scaling.type": "su" }, message: /"llama.rope.scaling.type" is "su". Supported: none, linear, yarn/ },
    { changes: { "attention.sliding_window": 4, "attention.sliding_window_pattern": [true] }, message: /one value for each of 3 layers/ },
    { changes: { kv_owner_map: "0_0" }, message: /"llama.kv_owner_map" is "0_0"/ },
  ])("$changes", ({ changes, message }) => {
    expect(() => fromGguf(changes)).toThrow(message);
  });

  it("an unknown GGUF architecture", () => {
    expect(() => describeModel(memoryWeightFile("gguf", { "general.architecture": "rwkv7" }, {}))).toThrow(
      /"general.architecture" is "rwkv7". Supported: llama, qwen2, qwen3, gemma3/,
    );
  });
});
