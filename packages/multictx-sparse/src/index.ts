/**
 * A KV-cache policy that combines contexts which were computed one by one.
 * @module
 */
export { multictxSparse } from "./multictx-sparse.ts";
export type { MultictxSparseOptions, Recompute } from "./multictx-sparse-options.ts";
export type { SelectOptions } from "./select-options.ts";
