import type { KernelBackend, KvDtype, KvPolicy } from "@kvasir/kv-core";

/** What an engine is made of. Backends and policies come from outside; the engine knows their contracts only. */
export interface EngineOptions {
  /** A `.gguf` or `.safetensors` file, or a directory in Hugging Face format. */
  readonly modelPath: string;
  /** Name clients use; the file's or directory's name by default. */
  readonly modelName?: string;
  readonly backend: KernelBackend;
  /** Policy presets by name; each a list of policies that are composed. An empty list is the full cache. */
  readonly presets: Readonly<Record<string, readonly KvPolicy[]>>;
  /** @defaultValue the first preset */
  readonly defaultPolicy?: string;
  /** @defaultValue "f16", or the first that the backend keeps where it does not keep that */
  readonly kvDtype?: KvDtype;
  /** Tokens per page, a multiple of 16. @defaultValue 16 */
  readonly pageSize?: number;
  /** Bytes of the page pool. @defaultValue 1 GiB, or a quarter of the free memory where that is less, but room for one longest sequence */
  readonly kvPoolBytes?: number;
  /** Longest sequence. @defaultValue what the model was trained for */
  readonly maxModelLength?: number;
  /** Requests computed at the same time. @defaultValue 64 */
  readonly maxRunning?: number;
  /** Requests that may wait; more are refused. @defaultValue 128 */
  readonly maxWaiting?: number;
  /** Pages that waiting requests may ask for together, as a multiple of the pool. @defaultValue 4 */
  readonly maxWaitingPoolShare?: number;
  /** Rows of a step: prefill is cut into chunks of this many tokens. @defaultValue 512 */
  readonly maxStepTokens?: number;
  /** How weights are held: as in the file, exactly in f32, or float weights rounded to int8 in groups of 32. @defaultValue "native" */
  readonly weightDtype?: "native" | "f32" | "int8";
  /** JSON file in which policies keep what they measured of this machine, for the next time; measured anew at every start where absent. */
  readonly calibrationFile?: string;
  readonly onProgress?: (stage: string, done: number, total: number) => void;
}
