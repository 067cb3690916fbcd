/**
 * Backends that reach GPUs. `@kvasir/gpu-backend/tfjs` is the same for those who want that one alone.
 * @module
 */
export { tfjsBackend, type TfjsBackendOptions } from "./tfjs/index.ts";
