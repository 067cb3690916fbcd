import type { Settings } from "./settings.ts";

/** Settings that change the computation in a way the forward pass does not have, by key, with what is supported instead. */
const REFUSED: Readonly<Record<Settings["format"], Readonly<Record<string, string>>>> = {
  huggingface: {
    quantization_config: "weights in F32, F16 or BF16, or a GGUF file",
    num_local_experts: "models without mixture of experts",
    num_experts: "models without mixture of experts",
    attn_logit_softcapping: "null",
    final_logit_softcapping: "null",
    use_bidirectional_attention: "false",
    force_nodiag: "false",
  },
  gguf: {
    expert_count: "models without mixture of experts",
    attn_logit_softcapping: "0",
    final_logit_softcapping: "0",
  },
};

/** Throws `UnsupportedModelError` where a setting asks for something the forward pass does not compute. */
export function refuseUnsupported(settings: Settings): void {
  for (const [key, supported] of Object.entries(REFUSED[settings.format])) {
    const value = settings.raw(key);
    if (value !== undefined && value !== false && value !== 0) throw settings.unsupported(key, supported);
  }
  if (settings.has("partial_rotary_factor") && settings.raw("partial_rotary_factor") !== 1) {
    throw settings.unsupported("partial_rotary_factor", "1: rotation of whole heads");
  }
}
