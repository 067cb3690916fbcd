import { testKernelBackend } from "@kvasir/kv-core/testing";
import { describe, expect, it } from "vitest";
import { buildKernels } from "../scripts/build-kernels.mjs";
import { CpuBackend } from "./cpu-backend.ts";
import type { KernelHost } from "./host/kernel-host.ts";
import { NativeHost } from "./host/native-host.ts";
import { loadNativeLibrary } from "./host/native-library.ts";
import { WasmHost } from "./host/wasm-host.ts";
import type { ActivationMode } from "./linear/linear-records.ts";

await buildKernels(() => {});

const THREADS = 2;
/** Over bf16 pages queries and probabilities have relative errors of up to 2^-8 each, which mostly cancel out in sums over many. */
const FLOAT_TOLERANCE = { default: 2e-5, "attention-bf16": 2 ** -8 } as const;
/** Quantised activations lose up to half a step of 1/127 of a group's largest element in every product. */
const TOLERANCE = { f32: FLOAT_TOLERANCE, int8: { ...FLOAT_TOLERANCE, linear: 2e-2 } } as const;
const CAPABILITIES = {
  kvDtypes: ["f32", "f16", "bf16", "int8"],
  codecs: ["dense", "mosaic-packed"],
  selectors: ["mean-key", "chunk-feature"],
  encodedSelectors: ["mean-key", "max-key"],
  hasShiftedSegments: true,
} as const;

function runKit(name: string, createHost: () => Promise<KernelHost>, activations: ActivationMode): void {
  describe(`${name}, ${activations} activations`, () => {
    // Products are all that the mode of activations changes.
    const isRun = (test: string): boolean => activations === "f32" || /^(backend|linear|row independence: linear)/.test(test);
    testKernelBackend({
      describe,
      it: (test, body, timeout) => {
        // oxlint-disable-next-line vitest/valid-title -- the kit names its tests
        if (isRun(test)) it(test, body, timeout);
      },
      expect,
      create: async () => new CpuBackend(await createHost(), "cpu", name, activations),
      capabilities: CAPABILITIES,
      tolerance: TOLERANCE[activations],
    });
  });
}

for (const level of process.arch === "arm64" ? ["baseline"] : ["v2", "v3", "v4", "v4-dot"]) {
  const library = await loadNativeLibrary(level);
  if ("reason" in library) {
    it(`native ${level} (skipped: ${library.reason})`, () => {});
    continue;
  }
  const createHost = (): Promise<KernelHost> => Promise.resolve(new NativeHost(library.functions, library.level, THREADS));
  runKit(`native ${library.level}`, createHost, "f32");
  runKit(`native ${library.level}`, createHost, "int8");
}
runKit("WebAssembly", () => WasmHost.create(THREADS), "f32");
runKit("WebAssembly", () => WasmHost.create(THREADS), "int8");
