import { ggufTensorNames, huggingFaceTensorNames, type TensorNames } from "../tensor-names.ts";
import { MODEL_FAMILIES } from "../families/index.ts";
import type { WeightFile } from "../../weights/weight-file.ts";
import { memoryWeightFile, type MemoryTensor } from "./memory-weight-file.ts";

/** Sizes of a random checkpoint; all its families share them. */
export interface CheckpointSizes {
  readonly layers: number;
  readonly hiddenSize: number;
  readonly intermediateSize: number;
  readonly queryHeads: number;
  readonly kvHeads: number;
  readonly headDim: number;
  readonly vocabularySize: number;
}

export const SMALL: CheckpointSizes = {
  layers: 3,
  hiddenSize: 32,
  intermediateSize: 48,
  queryHeads: 4,
  kvHeads: 2,
  headDim: 8,
  vocabularySize: 40,
};

/** `config.json` of a checkpoint of these sizes. */
export function huggingFaceConfig(sizes: CheckpointSizes, architecture = "LlamaForCausalLM"): Record<string, unknown> {
  return {
    architectures: [architecture],
    hidden_size: sizes.hiddenSize,
    intermediate_size: sizes.intermediateSize,
    num_hidden_layers: sizes.layers,
    num_attention_heads: sizes.queryHeads,
    num_key_value_heads: sizes.kvHeads,
    head_dim: sizes.headDim,
    vocab_size: sizes.vocabularySize,
    max_position_embeddings: 256,
    rms_norm_eps: 1e-5,
    tie_word_embeddings: true,
  };
}

/** GGUF metadata of a checkpoint of these sizes. */
export function ggufMetadata(sizes: CheckpointSizes, architecture = "llama"): Record<string, unknown> {
  const own = {
    embedding_length: sizes.hiddenSize,
    feed_forward_length: sizes.intermediateSize,
    block_count: sizes.layers,
    "attention.head_count": sizes.queryHeads,
    "attention.head_count_kv": sizes.kvHeads,
    "attention.key_length": sizes.headDim,
    "attention.value_length": sizes.headDim,
    "attention.layer_norm_rms_epsilon": 1e-5,
    context_length: 256,
  };
  return {
    "general.architecture": architecture,
    ...Object.fromEntries(Object.entries(own).map(([key, value]) => [`${architecture}.${key}`, value])),
  };
}

/** A checkpoint of random weights with tied embeddings, the same for the same sizes. `metadata` decides format and family. */
export function randomCheckpoint(
  sizes: CheckpointSizes,
  metadata: Readonly<Record<string, unknown>>,
  options: { readonly hasQkvBias?: boolean } = {},
): WeightFile {
  const format = "general.architecture" in metadata ? "gguf" : "safetensors";
  const family = MODEL_FAMILIES.find(({ gguf, huggingFace }) =>
    format === "gguf"
      ? gguf.architectures.includes(String(metadata["general.architecture"]))
      : huggingFace.architectures.includes(String((metadata["architectures"] as string[])[0])),
  )!;
  const names =
    format === "gguf" ? ggufTensorNames(family.normNames.gguf) : huggingFaceTensorNames(family.normNames.huggingFace, "model.", "");
  return memoryWeightFile(format, metadata, randomTensors(sizes, names, options.hasQkvBias ?? false));
}

function randomTensors(sizes: CheckpointSizes, names: TensorNames, hasQkvBias: boolean): Record<string, MemoryTensor> {
  const { hiddenSize, intermediateSize, queryHeads, kvHeads, headDim } = sizes;
  const tensors: Record<string, MemoryTensor> = {};
  const random = numbers();
  const add = (name: string | undefined, shape: readonly number[], mean = 0, spread = 0.6): void => {
    if (name === undefined) return;
    const length = shape.reduce((product, size) => product * size, 1);
    tensors[name] = { shape, values: Float32Array.from({ length }, () => mean + spread * (random() - 0.5)) };
  };
  const norm = (name: string | undefined, length: number): void => add(name === undefined ? undefined : `${name}.weight`, [length], 1);
  add(`${names.embedding}.weight`, [sizes.vocabularySize, hiddenSize], 0, 2);
  for (let index = 0; index < sizes.layers; index++) {
    const layer = names.layer(index);
    const rows = { query: queryHeads * headDim, key: kvHeads * headDim, value: kvHeads * headDim };
    for (const part of ["query", "key", "value"] as const) {
      add(`${layer[part]}.weight`, [rows[part], hiddenSize]);
      if (hasQkvBias) add(`${layer[part]}.bias`, [rows[part]]);
    }
    add(`${layer.output}.weight`, [hiddenSize, queryHeads * headDim]);
    add(`${layer.gate}.weight`, [intermediateSize, hiddenSize]);
    add(`${layer.up}.weight`, [intermediateSize, hiddenSize]);
    add(`${layer.down}.weight`, [hiddenSize, intermediateSize]);
    const { attention, mlp, afterAttention, afterMlp, query, key } = layer.norms;
    for (const name of [attention, mlp, afterAttention, afterMlp]) norm(name, hiddenSize);
    for (const name of [query, key]) norm(name, headDim);
  }
  norm(names.finalNorm, hiddenSize);
  return tensors;
}

/** Numbers in [0, 1) from a linear congruential generator: the same in every run. */
function numbers(): () => number {
  let state = 12_345;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
