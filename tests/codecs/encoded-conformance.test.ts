import type { CodecSettings } from "@kvasir/kv-core";
import { testKernelBackend } from "@kvasir/kv-core/testing";
import { mosaicPacked, packedSettings } from "@kvasir/mosaic-compress";
import { afterAll, describe, expect, it } from "vitest";
import { CPU_BACKENDS, createBackend } from "../oracle/support/backends.ts";

/** Keys as pairs of 4-bit codes, values as single 16-bit elements. */
function settings(headDim: number): CodecSettings {
  const side = { channels: 3 / 4, retained: 1 / 2 };
  return packedSettings({ keys: { ...side, groupSize: 2, elements: "int4" }, values: side, blockTokens: 8 }, headDim);
}

for (const factory of CPU_BACKENDS) {
  const backend = await createBackend(factory);
  afterAll(() => backend.dispose());
  describe(factory.name, () => {
    testKernelBackend({
      describe,
      it: (test, body, timeout) => {
        // The backend runs the rest of the kit for itself.
        // oxlint-disable-next-line vitest/valid-title -- the kit names its tests
        if (test.startsWith("encoded")) it(test, body, timeout);
      },
      expect,
      create: () => Promise.resolve(backend),
      capabilities: backend.capabilities,
      codecs: [{ create: mosaicPacked, settings, blockTokens: 8 }],
      tolerance: { default: 2e-5, "attention-bf16": 2 ** -8 },
    });
  });
}
