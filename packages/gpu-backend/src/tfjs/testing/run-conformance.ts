import { testKernelBackend } from "@kvasir/kv-core/testing";
import { describe, expect, it } from "vitest";
import type { TensorFlow } from "../engine/tensorflow.ts";
import { TFJS_CAPABILITIES } from "../tfjs-backend.ts";
import { tfjsBackend } from "../tfjs-backend-factory.ts";

/** Runs the conformance kit on the engine that is set; after every test, no tensor is left that was not there before. */
export function runConformance(tf: TensorFlow): void {
  describe(`tfjs on ${tf.getBackend()}`, () => {
    testKernelBackend({
      describe,
      it: (name, body, timeout) => {
        // oxlint-disable-next-line vitest/valid-title -- the kit names its tests
        it(
          name,
          async () => {
            const before = tf.memory().numTensors;
            await body();
            expect(tf.memory().numTensors).toBe(before);
          },
          timeout,
        );
      },
      expect,
      create: () => tfjsBackend({ tf }).create({}),
      capabilities: TFJS_CAPABILITIES,
      tolerance: 2e-5,
    });
  });
}
