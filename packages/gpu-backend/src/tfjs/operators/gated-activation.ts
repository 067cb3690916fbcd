import type { Engine } from "../engine/engine.ts";
import type { TfTensor } from "../engine/tensorflow.ts";

/** `activation(gate) * up` of `[rows, gate | up]`. */
export function gatedActivation(engine: Engine, x: TfTensor, kind: "silu" | "gelu-tanh"): TfTensor {
  const { tf } = engine;
  const [rows = 0, width = 0] = x.shape;
  const columns = width / 2;
  const gate = tf.slice(x, [0, 0], [rows, columns]);
  const up = tf.slice(x, [0, columns], [rows, columns]);
  return tf.mul(kind === "silu" ? tf.mul(gate, engine.sigmoid(gate)) : gelu(engine, gate), up);
}

function gelu(engine: Engine, x: TfTensor): TfTensor {
  const { tf } = engine;
  const inner = tf.mul(tf.add(x, tf.mul(tf.mul(tf.square(x), x), 0.044715)), Math.sqrt(2 / Math.PI));
  return tf.mul(tf.mul(x, 0.5), tf.add(engine.tanh(inner), 1));
}
