import { QUERY_KEY_NORMS, scaleByHeadDim } from "./common.ts";
import type { ModelFamily } from "./model-family.ts";

/** Layers of Gemma 3 27B, the one size whose GGUF files scale attention by hidden size / heads. */
const LAYERS_OF_27B = 62;

/** Gemma 3, text part: alternating windows, norms around attention and MLP and on query and key heads, GeGLU, scaled embeddings. */
export const gemma3: ModelFamily = {
  name: "gemma3",
  huggingFace: { architectures: ["Gemma3ForCausalLM", "Gemma3ForConditionalGeneration"], modelTypes: ["gemma3_text", "gemma3"] },
  gguf: { architectures: ["gemma3"], hasInterleavedRotary: false },
  hasQueryKeyNorm: true,
  hasSandwichNorms: true,
  huggingFaceNormOffset: 1,
  scalesEmbeddings: true,
  qkvBias: "configured",
  normNames: {
    huggingFace: {
      attention: "input_layernorm",
      afterAttention: "post_attention_layernorm",
      mlp: "pre_feedforward_layernorm",
      afterMlp: "post_feedforward_layernorm",
      ...QUERY_KEY_NORMS.huggingFace,
    },
    gguf: {
      attention: "attn_norm",
      afterAttention: "post_attention_norm",
      mlp: "ffn_norm",
      afterMlp: "post_ffw_norm",
      ...QUERY_KEY_NORMS.gguf,
    },
  },
  defaults: {
    activation: "gelu-tanh",
    ropeTheta: 1_000_000,
    slidingRopeTheta: 10_000,
    headDim: 256,
    slidingWindow: 4096,
    hasTiedEmbeddings: true,
  },
  isSlidingLayer(layer, settings) {
    const key =
      settings.format === "gguf"
        ? "attention.sliding_window_pattern"
        : settings.has("sliding_window_pattern")
          ? "sliding_window_pattern"
          : "_sliding_window_pattern";
    return (layer + 1) % settings.count(key, 6) !== 0;
  },
  attentionScale(settings, sizes) {
    if (settings.format === "huggingface") return settings.positive("query_pre_attn_scalar", 256) ** -0.5;
    const is27B = sizes.layerCount === LAYERS_OF_27B && !settings.has("attention.scale");
    return is27B ? (sizes.hiddenSize / sizes.queryHeads) ** -0.5 : scaleByHeadDim(settings, sizes);
  },
};
