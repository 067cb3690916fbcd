import type { Engine } from "../engine/engine.ts";
import type { TfTensor } from "../engine/tensorflow.ts";
import type { PageTensors } from "./page-tensors.ts";

/** Tokens attended at a time: few enough that products over them add up in one order on every engine, and that padding changes no bit. */
export const CHUNK_TOKENS = 256;

/** Keys and values of some pages, as the products of attention want them (`Engine.headProducts`). */
export interface KvChunk {
  /** `[kvHeads, headDim, tokens]` */
  readonly keys: readonly TfTensor[];
  /** `[kvHeads, tokens, headDim + 1]`; the last column is 1, so that one product gives the weights' sum too. */
  readonly values: readonly TfTensor[];
  readonly tokens: number;
}

/** Puts pages together; belongs into `tidy`. */
export function gatherChunk(engine: Engine, layer: PageTensors, pages: readonly number[]): KvChunk {
  const { tf } = engine;
  const { kvHeads, headDim } = layer;
  const together = tf.concat(
    pages.map((page) => layer.get(page)),
    1,
  );
  const [, tokens = 0] = together.shape;
  const keys = tf.slice(together, [0, 0, 0], [kvHeads, tokens, headDim]);
  const values = tf.slice(together, [kvHeads, 0, 0], [kvHeads, tokens, headDim]);
  return {
    keys: engine.byHead(tf.transpose(keys, [0, 2, 1])),
    values: engine.byHead(tf.concat([values, tf.ones([kvHeads, tokens, 1])], 2)),
    tokens,
  };
}
