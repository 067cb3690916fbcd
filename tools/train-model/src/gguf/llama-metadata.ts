import type { GgufValue } from "./gguf-values.ts";

/** The parts of a Hugging Face `config.json` that a GGUF file repeats. */
export interface LlamaConfig {
  readonly hidden_size: number;
  readonly intermediate_size: number;
  readonly num_hidden_layers: number;
  readonly num_attention_heads: number;
  readonly num_key_value_heads: number;
  readonly head_dim: number;
  readonly vocab_size: number;
  readonly max_position_embeddings: number;
  readonly rms_norm_eps: number;
  readonly rope_theta: number;
  readonly bos_token_id: number;
  readonly eos_token_id: number;
  readonly pad_token_id: number;
}

/** The parts of a `tokenizer.json` that a GGUF file repeats. */
export interface BpeTokenizer {
  readonly model: { readonly vocab: Readonly<Record<string, number>>; readonly merges: readonly (string | readonly [string, string])[] };
  readonly added_tokens: readonly { readonly id: number; readonly content: string; readonly special: boolean }[];
}

const NORMAL_TOKEN = 1;
const CONTROL_TOKEN = 3;
/** `general.file_type` of files that are mostly Q8_0. */
const MOSTLY_Q8_0 = 7;

/** Metadata of a GGUF file with the Llama architecture and a byte-level BPE tokenizer that splits digits. */
export function llamaMetadata(
  name: string,
  config: LlamaConfig,
  tokenizer: BpeTokenizer,
  chatTemplate: string,
): ReadonlyMap<string, GgufValue> {
  const u32 = (value: number): GgufValue => ({ type: "u32", value });
  const f32 = (value: number): GgufValue => ({ type: "f32", value });
  const string = (value: string): GgufValue => ({ type: "string", value });
  const tokens = Array.from({ length: config.vocab_size }, (_, id) => `<|unused-${id}|>`);
  for (const [token, id] of Object.entries(tokenizer.model.vocab)) tokens[id] = token;
  const roles = tokens.map(() => NORMAL_TOKEN);
  for (const { id, special } of tokenizer.added_tokens) if (special) roles[id] = CONTROL_TOKEN;
  return new Map<string, GgufValue>([
    ["general.architecture", string("llama")],
    ["general.name", string(name)],
    ["general.license", string("apache-2.0")],
    ["general.file_type", u32(MOSTLY_Q8_0)],
    ["llama.block_count", u32(config.num_hidden_layers)],
    ["llama.context_length", u32(config.max_position_embeddings)],
    ["llama.embedding_length", u32(config.hidden_size)],
    ["llama.feed_forward_length", u32(config.intermediate_size)],
    ["llama.attention.head_count", u32(config.num_attention_heads)],
    ["llama.attention.head_count_kv", u32(config.num_key_value_heads)],
    ["llama.attention.key_length", u32(config.head_dim)],
    ["llama.attention.value_length", u32(config.head_dim)],
    ["llama.attention.layer_norm_rms_epsilon", f32(config.rms_norm_eps)],
    ["llama.rope.dimension_count", u32(config.head_dim)],
    ["llama.rope.freq_base", f32(config.rope_theta)],
    ["llama.vocab_size", u32(config.vocab_size)],
    ["tokenizer.ggml.model", string("gpt2")],
    // SmolLM's rule: every digit by itself, then GPT-2's pattern.
    ["tokenizer.ggml.pre", string("smollm")],
    ["tokenizer.ggml.tokens", { type: "strings", value: tokens }],
    ["tokenizer.ggml.token_type", { type: "i32s", value: roles }],
    [
      "tokenizer.ggml.merges",
      { type: "strings", value: tokenizer.model.merges.map((pair) => (typeof pair === "string" ? pair : pair.join(" "))) },
    ],
    ["tokenizer.ggml.bos_token_id", u32(config.bos_token_id)],
    ["tokenizer.ggml.eos_token_id", u32(config.eos_token_id)],
    ["tokenizer.ggml.padding_token_id", u32(config.pad_token_id)],
    ["tokenizer.ggml.add_bos_token", { type: "bool", value: false }],
    ["tokenizer.chat_template", string(chatTemplate)],
  ]);
}
