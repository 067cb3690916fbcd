import type { WeightFile } from "../../weights/weight-file.ts";
import type { ModelFamily } from "../families/model-family.ts";
import { parseOwnerMap } from "../owner-map.ts";
import { ggufTensorNames } from "../tensor-names.ts";
import { readGgufRope } from "./gguf-rope.ts";
import type { Hyperparameters } from "./hyperparameters.ts";
import { MAX_LAYERS, Settings } from "./settings.ts";
import { refuseUnsupported } from "./unsupported-settings.ts";

/** Tokens that end a generation: end of sequence, and end of turn in chat models. */
const EOS_KEYS = ["eos_token_id", "eot_token_id", "eom_token_id"];

/** Reads GGUF metadata. What the format has no key for (biases, tied embeddings) follows from which tensors the file holds. */
export function readGguf(file: WeightFile, family: ModelFamily, architecture: string): Hyperparameters {
  const settings = new Settings("gguf", file.metadata, `${architecture}.`);
  refuseUnsupported(settings);
  const names = ggufTensorNames(family.normNames.gguf);
  const first = names.layer(0);
  const hiddenSize = settings.count("embedding_length");
  const layerCount = settings.count("block_count", undefined, MAX_LAYERS);
  const queryHeads = settings.count("attention.head_count");
  const headDim = settings.count("attention.key_length", hiddenSize / queryHeads);
  if (settings.count("attention.value_length", headDim) !== headDim)
    throw settings.unsupported("attention.value_length", `${headDim}, the key length`);
  const slidingWindow =
    settings.has("attention.sliding_window") && settings.raw("attention.sliding_window") !== 0
      ? settings.count("attention.sliding_window")
      : undefined;
  const ownerMapText = settings.text("kv_owner_map");
  const ownerMap = ownerMapText === undefined ? undefined : parseOwnerMap(ownerMapText, layerCount, settings.fullKey("kv_owner_map"));
  const rope = readGgufRope(settings, file, family, headDim);
  return {
    architecture,
    hiddenSize,
    intermediateSize: settings.count("feed_forward_length"),
    layerCount,
    queryHeads,
    kvHeads: settings.count("attention.head_count_kv", queryHeads),
    headDim,
    vocabularySize: file.tensors.get(`${names.embedding}.weight`)?.shape[0] ?? settings.count("vocab_size"),
    contextLength: settings.count("context_length"),
    rmsEpsilon: settings.positive("attention.layer_norm_rms_epsilon"),
    activation: family.defaults.activation,
    attentionScale: family.attentionScale(settings, { hiddenSize, queryHeads, headDim, layerCount }),
    rope,
    hasFixedFrequencies: true,
    slidingWindow,
    isSliding: ownerMap?.isSliding ?? slidingLayers(settings, family, layerCount, slidingWindow),
    owners: ownerMap?.owners,
    hasQkvBias: family.qkvBias === "always" || file.tensors.has(`${first.query}.bias`),
    hasOutputBias: file.tensors.has(`${first.output}.bias`),
    hasMlpBias: file.tensors.has(`${first.gate}.bias`),
    normOffset: 0,
    hasTiedEmbeddings: !file.tensors.has(`${names.head}.weight`),
    eosTokens: eosTokens(file),
  };
}

function slidingLayers(settings: Settings, family: ModelFamily, layerCount: number, slidingWindow: number | undefined): boolean[] {
  const pattern = settings.list("attention.sliding_window_pattern");
  if (pattern !== undefined && pattern.length !== layerCount) {
    throw settings.unsupported("attention.sliding_window_pattern", `a number, or one value for each of ${layerCount} layers`);
  }
  return Array.from({ length: layerCount }, (_, layer) => {
    if (slidingWindow === undefined) return false;
    return pattern === undefined ? family.isSlidingLayer(layer, settings) : Boolean(pattern[layer]);
  });
}

function eosTokens(file: WeightFile): number[] {
  const tokenizer = new Settings("gguf", file.metadata, "tokenizer.ggml.");
  const tokens = EOS_KEYS.map((key) => tokenizer.raw(key)).filter((token): token is number => Number.isSafeInteger(token));
  return [...new Set(tokens)];
}
