import type { WeightFile } from "../../weights/weight-file.ts";
import type { ModelFamily } from "../families/model-family.ts";
import { parseOwnerMap } from "../owner-map.ts";
import type { RopeDescription } from "../rope/rope-description.ts";
import { parseActivation } from "./activation.ts";
import { readHuggingFaceRope } from "./hugging-face-rope.ts";
import type { Hyperparameters } from "./hyperparameters.ts";
import { MAX_LAYERS, Settings } from "./settings.ts";
import { refuseUnsupported } from "./unsupported-settings.ts";

/** Layer types of `config.json` and whether they attend a window only. */
const LAYER_TYPES: Readonly<Record<string, boolean>> = { full_attention: false, sliding_attention: true };

/** Reads `config.json`, in its current and its older spellings. Multimodal checkpoints keep the language model under `text_config`. */
export function readHuggingFace(file: WeightFile, family: ModelFamily, architecture: string): Hyperparameters {
  const top = new Settings("huggingface", file.metadata);
  const settings = top.nested("text_config") ?? top;
  refuseUnsupported(top);
  refuseUnsupported(settings);
  const hiddenSize = settings.count("hidden_size");
  const layerCount = settings.count("num_hidden_layers", undefined, MAX_LAYERS);
  const queryHeads = settings.count("num_attention_heads");
  const headDim = settings.count("head_dim", family.defaults.headDim ?? hiddenSize / queryHeads);
  const hasAttentionBias = settings.flag("attention_bias", false);
  const slidingWindow = settings.isNull("sliding_window")
    ? undefined
    : (optionalCount(settings, "sliding_window") ?? family.defaults.slidingWindow);
  const ownerMapKey = settings.has("kv_owner_map") ? "kv_owner_map" : "layer_types";
  const ownerMapText = settings.raw(ownerMapKey);
  const ownerMap = typeof ownerMapText === "string" ? parseOwnerMap(ownerMapText, layerCount, settings.fullKey(ownerMapKey)) : undefined;
  const rope = readHuggingFaceRope(settings, family, headDim);
  return {
    architecture,
    hiddenSize,
    intermediateSize: settings.count("intermediate_size"),
    layerCount,
    queryHeads,
    kvHeads: settings.count("num_key_value_heads", queryHeads),
    headDim,
    vocabularySize: settings.count("vocab_size"),
    contextLength: Math.min(Math.max(settings.count("max_position_embeddings"), stretchedLength(rope.ropes.full)), rope.contextLimit),
    rmsEpsilon: settings.positive("rms_norm_eps", 1e-6),
    activation: parseActivation(settings, ["hidden_activation", "hidden_act"], family.defaults.activation),
    attentionScale: family.attentionScale(settings, { hiddenSize, queryHeads, headDim, layerCount }),
    rope: rope.ropes,
    hasFixedFrequencies: rope.hasFixedFrequencies,
    slidingWindow,
    isSliding: ownerMap?.isSliding ?? slidingLayers(settings, family, layerCount, slidingWindow),
    owners: ownerMap?.owners,
    hasQkvBias: family.qkvBias === "always" || hasAttentionBias,
    hasOutputBias: hasAttentionBias,
    hasMlpBias: settings.flag("mlp_bias", false),
    normOffset: family.huggingFaceNormOffset,
    hasTiedEmbeddings: top.flag("tie_word_embeddings", settings.flag("tie_word_embeddings", family.defaults.hasTiedEmbeddings)),
    eosTokens: eosTokens(top.has("eos_token_id") ? top : settings),
  };
}

/** YaRN is often switched on in a configuration whose context length is still that of the training. */
function stretchedLength({ scaling }: RopeDescription): number {
  return scaling.kind === "yarn" ? Math.floor(scaling.originalContextLength * scaling.factor) : 0;
}

function optionalCount(settings: Settings, key: string): number | undefined {
  return settings.has(key) ? settings.count(key) : undefined;
}

/** `layer_types` as a list gives each layer's kind; as a string it is LCKV's owner map. */
function slidingLayers(settings: Settings, family: ModelFamily, layerCount: number, slidingWindow: number | undefined): boolean[] {
  const types = settings.list("layer_types");
  if (types === undefined) {
    return Array.from({ length: layerCount }, (_, layer) => slidingWindow !== undefined && family.isSlidingLayer(layer, settings));
  }
  if (types.length !== layerCount) throw settings.unsupported("layer_types", `a list of ${layerCount} types, one per layer`);
  return types.map((type) => {
    const isSliding = LAYER_TYPES[String(type)];
    if (isSliding === undefined || (isSliding && slidingWindow === undefined)) {
      throw settings.unsupported("layer_types", `${Object.keys(LAYER_TYPES).join(", ")}, the latter with "sliding_window" set`);
    }
    return isSliding;
  });
}

function eosTokens(settings: Settings): number[] {
  const value = settings.raw("eos_token_id");
  const tokens = value === undefined ? [] : Array.isArray(value) ? value : [value];
  if (!tokens.every((token) => Number.isSafeInteger(token))) throw settings.unsupported("eos_token_id", "a token id or a list of them");
  return tokens as number[];
}
