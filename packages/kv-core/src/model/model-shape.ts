import type { LayerIndex } from "../ids.ts";
import { kvBytesPerTokenAndHead, type KvDtype } from "./kv-dtype.ts";

/** What one layer's attention looks like. */
export interface KvLayerSpec {
  readonly kind: "full" | "sliding-window";
  readonly kvHeads: number;
  /** Channels of one head. */
  readonly headDim: number;
  /** Tokens a query may look back on, itself included; only with `kind: "sliding-window"`. */
  readonly slidingWindow?: number;
  /** The layer whose KV this layer reads; itself unless layers share KV (LCKV, CLA, MLKV). */
  readonly owner: LayerIndex;
}

/** What the model looks like to a policy. Immutable for the life of a runtime. */
export interface ModelShape {
  readonly layers: readonly KvLayerSpec[];
  /** Query heads per layer; `queryHeads / kvHeads` is the group size of grouped-query attention. */
  readonly queryHeads: number;
  /** Largest number of positions the model was trained for. */
  readonly maxPositions: number;
  /** Keys are stored after RoPE, at the positions where they were first computed. */
  readonly keyEncoding: "post-rope";
  /**
   * Whether RoPE frequencies are the same at every length. Only then may a segment be attended at a `shift`; dynamic NTK and
   * longrope switch frequencies with length and refuse it.
   */
  readonly hasFixedFrequencies: boolean;
}

/** Bytes of dense KV one token takes over all layers that own KV. */
export function kvBytesPerToken(shape: ModelShape, dtype: KvDtype): number {
  return shape.layers.reduce(
    (sum, layer, index) => (layer.owner === index ? sum + layer.kvHeads * kvBytesPerTokenAndHead(dtype, layer.headDim) : sum),
    0,
  );
}
