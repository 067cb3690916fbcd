import { createRequire } from "node:module";
import { join } from "node:path";
import type { TensorFlow } from "../engine/tensorflow.ts";

export type TestedEngine = "cpu" | "wasm" | "tensorflow";

/** Directory in which `@tensorflow/tfjs-node` is installed with a binding that loads; `tools/tfjs-node.mjs` makes one. */
const NATIVE_DIRECTORY = process.env["KVASIR_TFJS_NODE"];

/** Engines that can be tested here; `tensorflow` only where `KVASIR_TFJS_NODE` says where it is. */
export const TESTED_ENGINES: readonly TestedEngine[] = NATIVE_DIRECTORY === undefined ? ["wasm", "cpu"] : ["tensorflow"];

/** TensorFlow.js with an engine set. */
export async function loadEngine(name: TestedEngine): Promise<TensorFlow> {
  if (name === "tensorflow") {
    const tf = createRequire(join(NATIVE_DIRECTORY ?? "", "package.json"))("@tensorflow/tfjs-node") as TensorFlow;
    await tf.ready();
    return tf;
  }
  const tf = await import("@tensorflow/tfjs-core");
  await (name === "cpu" ? import("@tensorflow/tfjs-backend-cpu") : import("@tensorflow/tfjs-backend-wasm"));
  await tf.setBackend(name);
  return tf;
}
