import { defineConfig, type KvasirConfig } from "./define-config.ts";

/** What runs where no config file is found: the CPU backend (or TensorFlow.js where asked for), no policies, and a model named on the command line. */
export const defaultConfig: KvasirConfig = defineConfig({
  backends: {
    cpu: async () => (await import("@kvasir/cpu-backend")).cpuBackend,
    "cpu-native": async () => (await import("@kvasir/cpu-backend")).cpuNativeBackend,
    "cpu-wasm": async () => (await import("@kvasir/cpu-backend")).cpuWasmBackend,
    tfjs: async () => (await import("@kvasir/gpu-backend/tfjs")).tfjsBackend(),
  },
});
