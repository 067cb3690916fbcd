import { llama } from "./llama.ts";
import type { ModelFamily } from "./model-family.ts";

/** Qwen2 and Qwen2.5: biases on query, key and value projections; a window in upper layers where it is switched on. */
export const qwen2: ModelFamily = {
  ...llama,
  name: "qwen2",
  huggingFace: { architectures: ["Qwen2ForCausalLM"], modelTypes: ["qwen2"] },
  gguf: { architectures: ["qwen2"], hasInterleavedRotary: false },
  qkvBias: "always",
  // The files name a window even where it is off.
  isSlidingLayer: (layer, settings) =>
    settings.format === "huggingface" && settings.flag("use_sliding_window", false) && layer >= settings.count("max_window_layers", 28),
};
