import type { BackendCapabilities } from "../../backend/kernel-backend.ts";
import { SPEC_VERSION } from "../../registry/spec-version.ts";
import { testAttention } from "./attention-tests.ts";
import type { KitCodec } from "./encoded-scenario.ts";
import { testEncoded } from "./encoded-tests.ts";
import { testIndependence } from "./independence-tests.ts";
import { KitContext, type KernelBackendKit } from "./kit-context.ts";
import { testKvStore } from "./kv-store-tests.ts";
import { testMerge } from "./merge-tests.ts";
import { testRowOperators } from "./row-operators.ts";
import { testSelector } from "./selector-tests.ts";

export interface KernelBackendTests extends KernelBackendKit {
  /** What the backend declares; checked against what `create` returns. Tests are registered before there is a backend to ask. */
  readonly capabilities: BackendCapabilities;
  /** Codecs among its capabilities that are tested against their oracles. */
  readonly codecs?: readonly KitCodec[];
}

/**
 * Registers tests of every operator of a backend against the reference, over many shapes; of the laws that results must keep whatever a
 * batch looks like; and of the KV store, encoded tokens included. Works with any runner that has `describe`, `it` and `expect`.
 *
 * @example
 * testKernelBackend({ describe, it, expect, create: () => createMyBackend(), capabilities: MY_CAPABILITIES, tolerance: 1e-5 });
 */
export function testKernelBackend(tests: KernelBackendTests): void {
  const { describe, capabilities } = tests;
  describe("kernel backend conformance", () => {
    const context = new KitContext(tests);
    context.it("backend", "speaks this version of the contract and declares its capabilities", async () => {
      const backend = await context.backend();
      tests.expect(backend.specVersion).toBe(SPEC_VERSION);
      tests.expect(backend.capabilities).toEqual(capabilities);
      context.expectTrue("codecs contain dense", capabilities.codecs.includes("dense"));
      context.expectTrue("there is a KV dtype", capabilities.kvDtypes.length > 0);
    });
    testRowOperators(context);
    testKvStore(context, capabilities.kvDtypes);
    testAttention(context, capabilities);
    for (const by of capabilities.selectors) testSelector(context, capabilities, by);
    for (const codec of tests.codecs ?? []) testEncoded(context, capabilities, codec);
    testMerge(context);
    testIndependence(context, capabilities);
    tests.it("backend: is disposed once", async () => (await context.backend()).dispose());
  });
}
