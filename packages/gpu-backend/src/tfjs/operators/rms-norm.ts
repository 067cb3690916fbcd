import type { Engine } from "../engine/engine.ts";
import type { TfTensor } from "../engine/tensorflow.ts";

/** RMSNorm over the last axis; `weight` is `[columns]`. */
export function rmsNorm({ tf }: Engine, x: TfTensor, weight: TfTensor, epsilon: number): TfTensor {
  const meanSquare = tf.mean(tf.square(x), x.rank - 1, true);
  return tf.mul(tf.div(x, tf.sqrt(tf.add(meanSquare, epsilon))), weight);
}
