import { BackendUnavailableError, ConfigError } from "@kvasir/kv-core";
import { afterEach, describe, expect, it } from "vitest";
import { buildKernels } from "../scripts/build-kernels.mjs";
import { cpuBackend, cpuNativeBackend, cpuWasmBackend } from "./backend-factories.ts";

await buildKernels(() => {});

describe("CPU backend factories", () => {
  afterEach(() => {
    delete process.env["KVASIR_CPU_ISA"];
  });

  it("name their tier, instruction set and threads", async () => {
    const backend = await cpuWasmBackend.create({ threads: 3 });
    expect(backend.name).toBe("cpu-wasm");
    expect(backend.description).toBe("CPU, WebAssembly kernels (simd128), 3 threads");
    await backend.dispose();
  });

  it("refuse thread counts that make no sense", async () => {
    for (const threads of [0, -1, 1.5, Number.NaN]) await expect(cpuBackend.create({ threads })).rejects.toThrow(ConfigError);
  });

  it("never run an instruction set that the CPU lacks, and say why they fall back", async () => {
    process.env["KVASIR_CPU_ISA"] = "v9";
    await expect(cpuNativeBackend.create({ threads: 1 })).rejects.toThrow(BackendUnavailableError);
    const backend = await cpuBackend.create({ threads: 1 });
    expect(backend.description).toMatch(/^CPU, WebAssembly kernels \(simd128\), 1 thread; native kernels are not used: ./);
    await backend.dispose();
  });

  it("refuse work after they were disposed", async () => {
    const backend = await cpuBackend.create({ threads: 1 });
    await backend.dispose();
    await backend.dispose();
    expect(() => backend.createTensor("f32", 1)).toThrow(/after it was disposed/);
  });
});
