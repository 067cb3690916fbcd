import type { TensorFlow, TfTensor } from "./tensorflow.ts";

/** What differs between engines of TensorFlow.js, as far as it matters here. */
export interface EngineTraits {
  /** A product with a single row adds up in another order than one with several (oneDNN in TensorFlow, with many columns). */
  readonly hasSpecialSingleRows: boolean;
  /** Elements at the end of an array that fill no vector register are computed by another formula (Eigen in TensorFlow). */
  readonly hasSpecialTails: boolean;
  /** Whether `matMul` over several matrices at a time is at least as fast as one by one; it is 50 times slower in the `wasm` engine. */
  readonly hasFastBatchedProducts: boolean;
  /** Operators return before they have run. */
  readonly isAsynchronous: boolean;
}

/** Measures the engine that is set. */
export async function probeEngine(tf: TensorFlow): Promise<EngineTraits> {
  const name = tf.getBackend();
  return {
    hasSpecialSingleRows: await hasSpecialSingleRows(tf),
    hasSpecialTails: await hasSpecialTails(tf),
    hasFastBatchedProducts: name !== "wasm",
    isAsynchronous: !(name === "cpu" || name === "wasm" || (name === "tensorflow" && !usesGpu(tf))),
  };
}

/** Whether TensorFlow's own engine computes on a GPU. */
export function usesGpu(tf: TensorFlow): boolean {
  return "isUsingGpuDevice" in tf.backend() && (tf.backend() as { readonly isUsingGpuDevice?: unknown }).isUsingGpuDevice === true;
}

async function hasSpecialSingleRows(tf: TensorFlow): Promise<boolean> {
  const [inner, columns] = [4096, 16];
  const noise = (length: number, seed: number): Float32Array =>
    Float32Array.from({ length }, (_, index) => Math.sin(12.9898 * index + seed));
  const [one, two] = tf.tidy(() => {
    const row = tf.tensor(noise(inner, 1), [1, inner]);
    const matrix = tf.tensor(noise(inner * columns, 2), [inner, columns]);
    return [tf.matMul(row, matrix), tf.matMul(tf.concat([row, row], 0), matrix)] as [TfTensor, TfTensor];
  });
  const [alone, beside] = [await floats(one), await floats(two)];
  one.dispose();
  two.dispose();
  return alone.some((value, index) => value !== beside[index]);
}

async function hasSpecialTails(tf: TensorFlow): Promise<boolean> {
  const values = Float32Array.from({ length: 64 }, (_, index) => Math.sin(index) * 8);
  for (const apply of [tf.exp, tf.log, tf.sigmoid, tf.tanh]) {
    const results = [64, 61, 5].map((length) => tf.tidy(() => apply(tf.tensor(values.map(Math.abs).slice(0, length), [length]))));
    const [whole, ...parts] = await Promise.all(results.map(floats));
    for (const result of results) result.dispose();
    if (parts.some((part) => part.some((value, index) => value !== whole?.[index]))) return true;
  }
  return false;
}

async function floats(tensor: TfTensor): Promise<Float32Array> {
  return Float32Array.from(await tensor.data());
}
