import type { NormNames } from "../tensor-names.ts";
import type { ModelFamily } from "./model-family.ts";

/** Norms before attention and before the MLP. */
export const PRE_NORMS: ModelFamily["normNames"] = {
  huggingFace: { attention: "input_layernorm", mlp: "post_attention_layernorm" },
  gguf: { attention: "attn_norm", mlp: "ffn_norm" },
};

/** Norms of query and key heads, by format. */
export const QUERY_KEY_NORMS: { readonly huggingFace: Pick<NormNames, "query" | "key">; readonly gguf: Pick<NormNames, "query" | "key"> } =
  {
    huggingFace: { query: "self_attn.q_norm", key: "self_attn.k_norm" },
    gguf: { query: "attn_q_norm", key: "attn_k_norm" },
  };

/** 1 / sqrt(head dimension), or what a GGUF file sets instead. */
export const scaleByHeadDim: ModelFamily["attentionScale"] = (settings, { headDim }) =>
  settings.format === "gguf" ? settings.positive("attention.scale", headDim ** -0.5) : headDim ** -0.5;
