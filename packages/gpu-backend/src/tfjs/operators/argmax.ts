import type { Engine } from "../engine/engine.ts";
import type { TfTensor } from "../engine/tensorflow.ts";

const MOST = 3.4e38;

/** Index of the largest element of each row, the lowest of equals; -1 where an element is NaN or Infinity, or all are -Infinity. */
export function argmax({ tf }: Engine, x: TfTensor): TfTensor {
  // NaN is not less than anything.
  const isWhole = tf.cast(tf.lessEqual(x, MOST), "float32");
  const clean = tf.where(tf.greater(isWhole, 0), x, tf.fill(x.shape, -MOST));
  const index = tf.cast(tf.argMax(clean, 1), "float32");
  const isFound = tf.mul(tf.min(isWhole, 1), tf.cast(tf.greater(tf.max(clean, 1), -MOST), "float32"));
  return tf.cast(tf.sub(tf.mul(tf.add(index, 1), isFound), 1), "int32");
}
