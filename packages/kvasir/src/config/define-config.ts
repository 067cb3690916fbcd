import type { BackendFactory, KvDtype, KvPolicy } from "@kvasir/kv-core";
import type { EngineOptions, SamplingOptions } from "@kvasir/model-runtime";

/** Loads a backend when it is chosen, so that a backend nobody uses costs nothing. */
export type BackendLoader = () => Promise<BackendFactory>;

/** Loads a policy's factory when a preset uses it. */
export type PolicyLoader = () => Promise<(options: never) => KvPolicy>;

/** The options a policy's factory takes. */
export type PolicyOptions<Loader> = Loader extends () => Promise<(options: infer Options) => KvPolicy> ? Options : never;

/** One policy of a preset, by its name in the registry, with its options. */
export interface PresetEntry {
  readonly policy: string;
  readonly options: unknown;
}

/** Settings that flags of the command line override. */
export interface ConfigDefaults<Backend extends string = string, Preset extends string = string> {
  /** Name of a backend of the registry. */
  readonly backend?: Backend;
  /** Name of the preset that requests get when they name none. */
  readonly policy?: Preset;
  /** Memory for KV pages: bytes, or a text such as `"512MiB"`. */
  readonly memory?: number | string;
  /** Threads that compute; all cores by default. */
  readonly threads?: number;
  readonly kvDtype?: KvDtype;
  /** Longest sequence, prompt and completion together; the model's own limit by default. */
  readonly maxModelLength?: number;
}

/** The HTTP side. */
export interface ServerSettings {
  readonly host?: string;
  readonly port?: number;
  /** With keys, every request needs one, and each key is a tenant of its own. Without, all clients are one tenant. */
  readonly apiKeys?: readonly string[];
  /** How tokens are chosen where a request does not say; temperature 1 by default, as the OpenAI API has it. */
  readonly sampling?: SamplingOptions;
}

/** Settings of the engine that hardly anyone needs to change. */
export type EngineTuning = Pick<
  EngineOptions,
  "pageSize" | "maxRunning" | "maxWaiting" | "maxWaitingPoolShare" | "maxStepTokens" | "weightDtype"
>;

/** What a Kvasir process is composed of: the only place where concrete backends and policies are named. */
export interface KvasirConfig {
  /** A model file or directory, relative to the config file, or a Hugging Face Hub id. */
  readonly model?: string;
  /** Name under which the model is served; the file's or directory's name by default. */
  readonly servedModelName?: string;
  readonly backends: Readonly<Record<string, BackendLoader>>;
  readonly policies?: Readonly<Record<string, PolicyLoader>>;
  /** Policies that requests may choose, by name, applied in order. `full` (no policy, the whole cache) is always there. */
  readonly presets?: Readonly<Record<string, readonly PresetEntry[]>>;
  readonly defaults?: ConfigDefaults;
  readonly engine?: EngineTuning;
  readonly server?: ServerSettings;
}

/** A preset entry whose policy is one of `Policies` and whose options are what that policy takes. */
export type TypedPresetEntry<Policies extends Record<string, PolicyLoader>> = {
  [Name in keyof Policies & string]: { readonly policy: Name; readonly options: PolicyOptions<Policies[Name]> };
}[keyof Policies & string];

/** `KvasirConfig` with its names and options checked against each other. */
export interface TypedConfig<
  Backends extends Record<string, BackendLoader>,
  Policies extends Record<string, PolicyLoader>,
  Presets extends Record<string, readonly TypedPresetEntry<Policies>[]>,
> extends KvasirConfig {
  readonly backends: Backends;
  readonly policies?: Policies;
  readonly presets?: Presets;
  readonly defaults?: ConfigDefaults<keyof Backends & string, (keyof Presets & string) | "full">;
}

/**
 * Identity helper for `kvasir.config.ts`: checks that presets name registered policies with the options these take, and that defaults
 * name registered backends and presets.
 *
 * @example
 * ```ts
 * export default defineConfig({
 *   model: "./models/my-model",
 *   backends: { cpu: async () => (await import("@kvasir/cpu-backend")).cpuBackend },
 *   policies: { "streaming-llm": async () => (await import("./streaming-llm.ts")).streamingLlm },
 *   presets: { streaming: [{ policy: "streaming-llm", options: { sinkTokens: 4, recentTokens: 1024 } }] },
 *   defaults: { memory: "1GiB" },
 * });
 * ```
 */
export function defineConfig<
  const Backends extends Record<string, BackendLoader>,
  const Policies extends Record<string, PolicyLoader> = Record<never, PolicyLoader>,
  const Presets extends Record<string, readonly TypedPresetEntry<Policies>[]> = Record<never, readonly TypedPresetEntry<Policies>[]>,
>(config: TypedConfig<Backends, Policies, Presets>): KvasirConfig {
  return config;
}
