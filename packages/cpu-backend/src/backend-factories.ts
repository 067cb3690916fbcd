import { availableParallelism } from "node:os";
import { type BackendFactory, type BackendOptions, BackendUnavailableError, ConfigError } from "@kvasir/kv-core";
import { CpuBackend } from "./cpu-backend.ts";
import type { KernelHost } from "./host/kernel-host.ts";
import { NativeHost } from "./host/native-host.ts";
import { loadNativeLibrary } from "./host/native-library.ts";
import { WasmHost } from "./host/wasm-host.ts";
import type { ActivationMode } from "./linear/linear-records.ts";
import { selfTest } from "./self-test.ts";

/** Options of the CPU backends. */
export interface CpuBackendOptions extends BackendOptions {
  /**
   * How activations meet quantised weights: `int8` rounds them per group of columns, as GGUF runtimes do, and is several times faster;
   * `f32` does not round.
   * @defaultValue `int8`
   */
  readonly activations?: ActivationMode;
}

function threadsOf({ threads }: BackendOptions): number {
  const count = threads ?? availableParallelism();
  if (Number.isInteger(count) && count >= 1 && count <= 1024) return count;
  throw new ConfigError({ option: "threads", reason: `is ${count}; it must be an integer from 1 to 1024.` });
}

function backendOn(host: KernelHost, name: string, options: CpuBackendOptions, remark = ""): CpuBackend {
  const kind = host.tier === "native" ? "native" : "WebAssembly";
  const threads = `${host.threads} ${host.threads === 1 ? "thread" : "threads"}`;
  return new CpuBackend(host, name, `CPU, ${kind} kernels (${host.level}), ${threads}${remark}`, options.activations ?? "int8");
}

/** A native host whose numbers are right, or why there is none. */
async function nativeHost(threads: number): Promise<KernelHost | { readonly reason: string }> {
  const library = await loadNativeLibrary(process.env["KVASIR_CPU_ISA"]);
  if ("reason" in library) return library;
  const host = new NativeHost(library.functions, library.level, threads);
  const fault = selfTest(host);
  if (fault === undefined) return host;
  await host.dispose();
  return { reason: `the ${library.level} kernels failed their self-test: ${fault}` };
}

/** Kernels compiled for this CPU. Throws `BackendUnavailableError` where there are none. */
export const cpuNativeBackend: BackendFactory = {
  name: "cpu-native",
  async create(options: CpuBackendOptions) {
    const host = await nativeHost(threadsOf(options));
    if ("reason" in host) throw new BackendUnavailableError({ backend: "cpu-native", reason: host.reason });
    return backendOn(host, "cpu-native", options);
  },
};

/** Kernels compiled to WebAssembly: they run on every machine Node runs on. */
export const cpuWasmBackend: BackendFactory = {
  name: "cpu-wasm",
  async create(options: CpuBackendOptions) {
    const host = await WasmHost.create(threadsOf(options));
    const fault = selfTest(host);
    if (fault === undefined) return backendOn(host, "cpu-wasm", options);
    await host.dispose();
    throw new BackendUnavailableError({ backend: "cpu-wasm", reason: `the WebAssembly kernels failed their self-test: ${fault}` });
  },
};

/** The native tier where it runs, the WebAssembly tier elsewhere; `description` says which and why. */
export const cpuBackend: BackendFactory = {
  name: "cpu",
  async create(options: CpuBackendOptions) {
    const threads = threadsOf(options);
    const native = await nativeHost(threads);
    if (!("reason" in native)) return backendOn(native, "cpu", options);
    const host = await WasmHost.create(threads);
    return backendOn(host, "cpu", options, `; native kernels are not used: ${native.reason}`);
  },
};
