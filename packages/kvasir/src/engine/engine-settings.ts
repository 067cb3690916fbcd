import type { KvDtype } from "@kvasir/kv-core";
import { UsageError } from "../cli/usage-error.ts";
import type { KvasirConfig } from "../config/define-config.ts";
import { findConfig } from "../config/find-config.ts";
import { loadConfig } from "../config/load-config.ts";
import { defaultConfig } from "../config/default-config.ts";
import { resolveModel, type ModelReference } from "../config/resolve-model.ts";
import { parseBytes } from "../text/bytes.ts";
import { dirname } from "node:path";

/** Flags of the command line, as plain data that can be sent to the engine's thread. */
export interface EngineFlags {
  /** Directory that relative paths start from. */
  readonly directory: string;
  readonly config?: string;
  readonly model?: string;
  readonly backend?: string;
  readonly policy?: string;
  /** Bytes for KV pages. */
  readonly memory?: number;
  readonly threads?: number;
  readonly kvDtype?: KvDtype;
  readonly maxModelLength?: number;
}

/** Flags and config put together. */
export interface EngineSettings {
  readonly config: KvasirConfig;
  /** Path of the config file; absent where the built-in config is used. */
  readonly configPath?: string;
  readonly model: ModelReference;
  readonly servedModelName?: string;
  readonly backend: string;
  readonly policy: string;
  readonly memoryBytes?: number;
  readonly threads?: number;
  readonly kvDtype?: KvDtype;
  readonly maxModelLength?: number;
}

/** Preset that is always there: no policy, the whole cache. */
export const FULL_PRESET = "full";

/**
 * Puts flags over the config's defaults.
 * @throws UsageError for a model, backend or preset that is not there
 */
export async function resolveSettings(flags: EngineFlags): Promise<EngineSettings> {
  const configPath = findConfig(flags.directory, flags.config);
  const config = configPath === undefined ? defaultConfig : await loadConfig(configPath);
  const defaults = config.defaults ?? {};
  const memory = flags.memory ?? defaults.memory;
  const memoryBytes = typeof memory === "string" ? parseBytes(memory, "defaults.memory") : memory;
  const threads = flags.threads ?? defaults.threads;
  const kvDtype = flags.kvDtype ?? defaults.kvDtype;
  const maxModelLength = flags.maxModelLength ?? defaults.maxModelLength;
  const backends = Object.keys(config.backends);
  const policies = [FULL_PRESET, ...Object.keys(config.presets ?? {}).filter((name) => name !== FULL_PRESET)];
  return {
    config,
    model: chooseModel(flags, config, configPath),
    backend: choose("backend", flags.backend ?? defaults.backend ?? backends[0], backends),
    policy: choose("policy preset", flags.policy ?? defaults.policy ?? FULL_PRESET, policies),
    ...(configPath === undefined ? {} : { configPath }),
    ...(config.servedModelName === undefined || flags.model !== undefined ? {} : { servedModelName: config.servedModelName }),
    ...(memoryBytes === undefined ? {} : { memoryBytes }),
    ...(threads === undefined ? {} : { threads }),
    ...(kvDtype === undefined ? {} : { kvDtype }),
    ...(maxModelLength === undefined ? {} : { maxModelLength }),
  };
}

function chooseModel(flags: EngineFlags, config: KvasirConfig, configPath: string | undefined): ModelReference {
  if (flags.model !== undefined) return resolveModel(flags.model, flags.directory);
  if (config.model !== undefined) return resolveModel(config.model, configPath === undefined ? flags.directory : dirname(configPath));
  throw new UsageError("No model given. Pass --model with a GGUF file, a model directory or a Hub id, or name one in kvasir.config.ts.");
}

function choose(kind: string, name: string | undefined, known: readonly string[]): string {
  if (name !== undefined && known.includes(name)) return name;
  throw new UsageError(`There is no ${kind} "${name ?? ""}". Registered: ${known.join(", ")}.`);
}
