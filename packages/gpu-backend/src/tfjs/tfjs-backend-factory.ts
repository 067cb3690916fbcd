import { type BackendFactory, BackendUnavailableError } from "@kvasir/kv-core";
import { describeEngine } from "./describe-engine.ts";
import { probeEngine } from "./engine/engine-traits.ts";
import { Engine } from "./engine/engine.ts";
import type { TensorFlow } from "./engine/tensorflow.ts";
import { findTensorFlow } from "./find-tensorflow.ts";
import { TfjsBackend } from "./tfjs-backend.ts";

export interface TfjsBackendOptions {
  /**
   * TensorFlow.js with the engine it is to use set: the module of `@tensorflow/tfjs-node-gpu`, `@tensorflow/tfjs-node`, `@tensorflow/tfjs`,
   * or of `@tensorflow/tfjs-core` with an engine registered.
   * @defaultValue the first of the three that is installed
   */
  readonly tf?: TensorFlow;
}

/**
 * A backend on the TensorFlow.js core API, so that any of its engines runs the whole model. Threads are the engine's own affair.
 *
 * @example
 * import * as tf from "@tensorflow/tfjs-node-gpu";
 * const backend = await tfjsBackend({ tf }).create({});
 * console.log(backend.description); // TensorFlow.js, engine "tensorflow", device GPU (TensorFlow 2.9.1)
 */
export function tfjsBackend(options: TfjsBackendOptions = {}): BackendFactory {
  return {
    name: "tfjs",
    async create() {
      const { tf, packageName, passedOver } =
        options.tf === undefined ? await findTensorFlow() : { tf: options.tf, packageName: "TensorFlow.js", passedOver: [] };
      await tf.ready();
      if (tf.getBackend() === "") {
        const reason = "TensorFlow.js has no engine that starts here; register one and call tf.setBackend before it is handed over.";
        throw new BackendUnavailableError({ backend: "tfjs", reason });
      }
      const remarks = passedOver.map((remark) => `; ${remark}`).join("");
      return new TfjsBackend(new Engine(tf, await probeEngine(tf)), `${packageName}, ${describeEngine(tf)}${remarks}`);
    },
  };
}
