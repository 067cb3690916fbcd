import type { ModelShape } from "@kvasir/kv-core";
import type { RopeDescription } from "./rope/rope-description.ts";

/** Activation of the gated MLP. */
export type Activation = "silu" | "gelu-tanh";

/** Everything the one forward pass needs to know about a model. Immutable. */
export interface ModelDescription {
  /** Family that described it, e.g. `qwen3`. */
  readonly family: string;
  /** Name the checkpoint gives its architecture, e.g. `LlamaForCausalLM` or `llama`. */
  readonly architecture: string;
  /** Layers, heads and context length, as backends and policies see them. */
  readonly shape: ModelShape;
  readonly hiddenSize: number;
  /** Columns of the gated MLP. */
  readonly intermediateSize: number;
  readonly vocabularySize: number;
  /** KV heads of every layer. */
  readonly kvHeads: number;
  /** Channels of one head, the same in every layer. */
  readonly headDim: number;
  readonly rmsEpsilon: number;
  readonly activation: Activation;
  readonly hasQkvBias: boolean;
  readonly hasOutputBias: boolean;
  readonly hasMlpBias: boolean;
  /** RMSNorm over each query and key head before RoPE. */
  readonly hasQueryKeyNorm: boolean;
  /** RMSNorm over the results of attention and MLP before they are added to the residual. */
  readonly hasSandwichNorms: boolean;
  /** Added to norm weights at load: 1 where the checkpoint stores `weight - 1`. */
  readonly normOffset: number;
  /** Multiplies token embeddings. */
  readonly embeddingScale: number;
  /** Multiplies q.k. */
  readonly attentionScale: number;
  /** One per layer; layers with the same rotation share one object. */
  readonly ropes: readonly RopeDescription[];
  /** The language-model head is the embedding matrix. */
  readonly hasTiedEmbeddings: boolean;
  /** Tokens that end a generation, as the checkpoint's main configuration names them. */
  readonly eosTokens: readonly number[];
}
