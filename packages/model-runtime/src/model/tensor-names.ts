/** Base names of a layer's norms; without a name the family has no such norm. */
export interface NormNames {
  readonly attention: string;
  readonly mlp: string;
  readonly afterAttention?: string;
  readonly afterMlp?: string;
  readonly query?: string;
  readonly key?: string;
}

/** Base names of one layer's tensors; `.weight` or `.bias` follows. */
export interface LayerTensorNames {
  readonly query: string;
  readonly key: string;
  readonly value: string;
  readonly output: string;
  readonly gate: string;
  readonly up: string;
  readonly down: string;
  readonly norms: NormNames;
}

/** Base names of a checkpoint's tensors. */
export interface TensorNames {
  readonly embedding: string;
  readonly finalNorm: string;
  readonly head: string;
  layer(index: number): LayerTensorNames;
}

/** Names in safetensors files; `root` is what precedes them, `model.` in text-only checkpoints. */
export function huggingFaceTensorNames(norms: NormNames, root: string, headRoot: string): TensorNames {
  return {
    embedding: `${root}embed_tokens`,
    finalNorm: `${root}norm`,
    head: `${headRoot}lm_head`,
    layer(index) {
      const layer = `${root}layers.${index}.`;
      const attention = `${layer}self_attn.`;
      const mlp = `${layer}mlp.`;
      return {
        query: `${attention}q_proj`,
        key: `${attention}k_proj`,
        value: `${attention}v_proj`,
        output: `${attention}o_proj`,
        gate: `${mlp}gate_proj`,
        up: `${mlp}up_proj`,
        down: `${mlp}down_proj`,
        norms: withPrefix(norms, layer),
      };
    },
  };
}

/** Names in GGUF files. */
export function ggufTensorNames(norms: NormNames): TensorNames {
  return {
    embedding: "token_embd",
    finalNorm: "output_norm",
    head: "output",
    layer(index) {
      const layer = `blk.${index}.`;
      return {
        query: `${layer}attn_q`,
        key: `${layer}attn_k`,
        value: `${layer}attn_v`,
        output: `${layer}attn_output`,
        gate: `${layer}ffn_gate`,
        up: `${layer}ffn_up`,
        down: `${layer}ffn_down`,
        norms: withPrefix(norms, layer),
      };
    },
  };
}

function withPrefix(norms: NormNames, prefix: string): NormNames {
  return Object.fromEntries(Object.entries(norms).map(([use, name]) => [use, prefix + name])) as unknown as NormNames;
}
