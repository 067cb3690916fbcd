/**
 * A backend on the TensorFlow.js core API, for any engine of it.
 * @module
 */
export { tfjsBackend, type TfjsBackendOptions } from "./tfjs-backend-factory.ts";
export { TFJS_CAPABILITIES } from "./tfjs-backend.ts";
export type { TensorFlow } from "./engine/tensorflow.ts";
