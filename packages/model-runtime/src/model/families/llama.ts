import { PRE_NORMS, scaleByHeadDim } from "./common.ts";
import type { ModelFamily } from "./model-family.ts";

/** Llama 1 to 3.x, SmolLM2 and everything else of the same make; GGUF files of Mistral models too, which say `llama`. */
export const llama: ModelFamily = {
  name: "llama",
  huggingFace: { architectures: ["LlamaForCausalLM"], modelTypes: ["llama"] },
  gguf: { architectures: ["llama"], hasInterleavedRotary: true },
  hasQueryKeyNorm: false,
  hasSandwichNorms: false,
  huggingFaceNormOffset: 0,
  scalesEmbeddings: false,
  qkvBias: "configured",
  normNames: PRE_NORMS,
  defaults: { activation: "silu", ropeTheta: 10_000, hasTiedEmbeddings: false },
  // Only a GGUF file can set a window here: that of a Mistral model.
  isSlidingLayer: (_layer, settings) => settings.format === "gguf",
  attentionScale: scaleByHeadDim,
};
