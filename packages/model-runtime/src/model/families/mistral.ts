import { llama } from "./llama.ts";
import type { ModelFamily } from "./model-family.ts";

/** Mistral 7B and its kin: llama with a sliding window in every layer where one is set. */
export const mistral: ModelFamily = {
  ...llama,
  name: "mistral",
  huggingFace: { architectures: ["MistralForCausalLM"], modelTypes: ["mistral"] },
  // GGUF files of these models say "llama".
  gguf: { architectures: [], hasInterleavedRotary: true },
  isSlidingLayer: () => true,
};
