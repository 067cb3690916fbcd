export { cpuBackend, type CpuBackendOptions, cpuNativeBackend, cpuWasmBackend } from "./backend-factories.ts";
