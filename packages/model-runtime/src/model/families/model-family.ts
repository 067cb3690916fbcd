import type { Activation } from "../model-description.ts";
import type { Settings } from "../config/settings.ts";
import type { NormNames } from "../tensor-names.ts";

/** What sets a family of models apart; everything else is common to all of them. */
export interface ModelFamily {
  readonly name: string;
  /** Values of `architectures` and `model_type` in `config.json`. */
  readonly huggingFace: { readonly architectures: readonly string[]; readonly modelTypes: readonly string[] };
  readonly gguf: {
    /** Values of `general.architecture`. */
    readonly architectures: readonly string[];
    /** Rows of query and key matrices are stored for RoPE over neighbouring channels and have to be put back in half-split order. */
    readonly hasInterleavedRotary: boolean;
  };
  readonly hasQueryKeyNorm: boolean;
  readonly hasSandwichNorms: boolean;
  /** Hugging Face checkpoints store norm weights less this number; GGUF files store them whole. */
  readonly huggingFaceNormOffset: 0 | 1;
  /** Embeddings are multiplied by sqrt(hidden size). */
  readonly scalesEmbeddings: boolean;
  /** `always`: a missing bias tensor is an error. `configured`: by `attention_bias`, or by what a GGUF file holds. */
  readonly qkvBias: "always" | "configured";
  readonly normNames: { readonly huggingFace: NormNames; readonly gguf: NormNames };
  /** Values that configurations of this family may leave out. */
  readonly defaults: {
    readonly activation: Activation;
    readonly ropeTheta: number;
    /** Base of sliding-window layers where it differs. */
    readonly slidingRopeTheta?: number;
    readonly headDim?: number;
    readonly slidingWindow?: number;
    readonly hasTiedEmbeddings: boolean;
  };
  /** Whether a layer attends a window only, where the configuration has no list of layer types and a window is set. */
  isSlidingLayer(layer: number, settings: Settings): boolean;
  attentionScale(
    settings: Settings,
    sizes: { readonly hiddenSize: number; readonly queryHeads: number; readonly headDim: number; readonly layerCount: number },
  ): number;
}
