import type { Engine } from "../engine/engine.ts";
import type { TfTensor } from "../engine/tensorflow.ts";

/** Keys of blocks `[KV heads, headDim, blocks, tokens]` to what stands for them in scores, `[KV heads, headDim, blocks]`. */
export type BlockRepresentative = (engine: Engine, keys: TfTensor, scale: number) => TfTensor;

/** By `Selector.by`; `Selector` says what each is. */
export const BLOCK_REPRESENTATIVES: Readonly<Record<string, BlockRepresentative>> = {
  "mean-key": ({ tf }, keys) => tf.mean(keys, 3),
};

export const SELECTORS: readonly string[] = Object.keys(BLOCK_REPRESENTATIVES);
