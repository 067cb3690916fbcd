import { usesGpu } from "./engine/engine-traits.ts";
import type { TensorFlow } from "./engine/tensorflow.ts";

/** Engines of `@tensorflow/tfjs`, by the names they register with. */
const DEVICES: Readonly<Record<string, string>> = {
  cpu: "CPU (plain JavaScript)",
  wasm: "CPU (WebAssembly)",
  webgl: "GPU (WebGL)",
  webgpu: "GPU (WebGPU)",
};

/** Device and engine, for people. */
export function describeEngine(tf: TensorFlow): string {
  const name = tf.getBackend();
  const device = name === "tensorflow" ? `${usesGpu(tf) ? "GPU" : "CPU"} (TensorFlow${libraryVersion(tf)})` : DEVICES[name];
  return `engine "${name}", device ${device ?? "unknown"}`;
}

/** Version of the TensorFlow library behind the native packages. */
function libraryVersion(tf: TensorFlow): string {
  const { binding } = tf.backend() as { readonly binding?: { readonly TF_Version?: string } };
  return binding?.TF_Version === undefined ? "" : ` ${binding.TF_Version}`;
}
