import type { LayerIndex } from "@kvasir/kv-core";
import type { Activation } from "../model-description.ts";
import type { RopeDescription } from "../rope/rope-description.ts";

/** What a checkpoint's configuration says, whatever format it is in. */
export interface Hyperparameters {
  readonly architecture: string;
  readonly hiddenSize: number;
  readonly intermediateSize: number;
  readonly layerCount: number;
  readonly queryHeads: number;
  readonly kvHeads: number;
  readonly headDim: number;
  readonly vocabularySize: number;
  readonly contextLength: number;
  readonly rmsEpsilon: number;
  readonly activation: Activation;
  readonly attentionScale: number;
  /** Rotation of layers that attend everything, and of those that attend a window. */
  readonly rope: { readonly full: RopeDescription; readonly sliding: RopeDescription };
  readonly hasFixedFrequencies: boolean;
  /** Tokens a sliding-window layer looks back on, itself included. */
  readonly slidingWindow: number | undefined;
  /** One per layer. */
  readonly isSliding: readonly boolean[];
  /** Whose KV each layer reads; its own where absent. */
  readonly owners: readonly LayerIndex[] | undefined;
  readonly hasQkvBias: boolean;
  readonly hasOutputBias: boolean;
  readonly hasMlpBias: boolean;
  readonly normOffset: number;
  readonly hasTiedEmbeddings: boolean;
  readonly eosTokens: readonly number[];
}
