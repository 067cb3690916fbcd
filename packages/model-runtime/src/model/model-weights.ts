import type { Matrix, Tensor } from "@kvasir/kv-core";

/** One layer's weights in a backend's memory. Biases and norms are there where the description says so. */
export interface LayerWeights {
  readonly attentionNorm: Tensor;
  /** Rows of queries, then keys, then values; queries alone where the layer reads another layer's KV. */
  readonly qkv: Matrix;
  readonly qkvBias: Tensor | undefined;
  readonly queryNorm: Tensor | undefined;
  readonly keyNorm: Tensor | undefined;
  readonly output: Matrix;
  readonly outputBias: Tensor | undefined;
  readonly afterAttentionNorm: Tensor | undefined;
  readonly mlpNorm: Tensor;
  /** Rows of the gate, then of the up projection. */
  readonly gateUp: Matrix;
  readonly gateUpBias: Tensor | undefined;
  readonly down: Matrix;
  readonly downBias: Tensor | undefined;
  readonly afterMlpNorm: Tensor | undefined;
}

/** A model's weights in a backend's memory. */
export interface ModelWeights {
  readonly embedding: Matrix;
  readonly layers: readonly LayerWeights[];
  readonly finalNorm: Tensor;
  /** The embedding itself where they are tied. */
  readonly head: Matrix;
  /** Weights counted once each, norms and biases included. */
  readonly parameters: number;
  /** Bytes held by the backend for all of them. */
  readonly residentBytes: number;
  dispose(): void;
}
