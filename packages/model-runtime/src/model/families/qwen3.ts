import { PRE_NORMS, QUERY_KEY_NORMS } from "./common.ts";
import type { ModelFamily } from "./model-family.ts";
import { qwen2 } from "./qwen2.ts";

/** Qwen3: norms on query and key heads in place of biases. */
export const qwen3: ModelFamily = {
  ...qwen2,
  name: "qwen3",
  huggingFace: { architectures: ["Qwen3ForCausalLM"], modelTypes: ["qwen3"] },
  gguf: { architectures: ["qwen3"], hasInterleavedRotary: false },
  qkvBias: "configured",
  hasQueryKeyNorm: true,
  normNames: {
    huggingFace: { ...PRE_NORMS.huggingFace, ...QUERY_KEY_NORMS.huggingFace },
    gguf: { ...PRE_NORMS.gguf, ...QUERY_KEY_NORMS.gguf },
  },
  defaults: { ...qwen2.defaults, headDim: 128 },
};
