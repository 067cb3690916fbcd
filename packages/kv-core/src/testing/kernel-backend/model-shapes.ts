import type { LayerIndex } from "../../ids.ts";
import type { KvLayerSpec, ModelShape } from "../../model/model-shape.ts";

export interface LayerSketch {
  readonly kvHeads: number;
  readonly headDim: number;
  readonly slidingWindow?: number;
  /** Itself where absent. */
  readonly owner?: number;
}

/** A model shape from the few numbers that attention depends on. */
export function modelShape(queryHeads: number, layers: readonly LayerSketch[]): ModelShape {
  return {
    layers: layers.map(({ kvHeads, headDim, slidingWindow, owner }, index): KvLayerSpec => ({
      ...(slidingWindow === undefined ? { kind: "full" } : { kind: "sliding-window", slidingWindow }),
      kvHeads,
      headDim,
      owner: (owner ?? index) as LayerIndex,
    })),
    queryHeads,
    maxPositions: 65536,
    keyEncoding: "post-rope",
    hasFixedFrequencies: true,
  };
}
