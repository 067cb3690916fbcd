import { PRE_NORMS, scaleByHeadDim } from "./common.ts";
import type { ModelFamily } from "./model-family.ts";

/**
 * Llama 1 to 3.x, SmolLM2 and everything else of the same make; llama models whose layers share KV, as LCKV trains them; GGUF files of
 * Mistral models, which say `llama`.
 */
export const llama: ModelFamily = {
  name: "llama",
  huggingFace: { architectures: ["LlamaForCausalLM", "LCKVLlamaForCausalLM"], modelTypes: ["llama", "lckv-llama"] },
  gguf: { architectures: ["llama"], hasInterleavedRotary: true },
  hasQueryKeyNorm: false,
  hasSandwichNorms: false,
  huggingFaceNormOffset: 0,
  scalesEmbeddings: false,
  qkvBias: "configured",
  normNames: PRE_NORMS,
  // A window counts only in layers that an owner map marks.
  defaults: { activation: "silu", ropeTheta: 10_000, slidingWindow: 4096, hasTiedEmbeddings: false },
  // Only a GGUF file can set a window here: that of a Mistral model.
  isSlidingLayer: (_layer, settings) => settings.format === "gguf",
  attentionScale: scaleByHeadDim,
};
