/**
 * The `kvasir` command's library side: the typed config of a Kvasir process.
 * @module
 */
export {
  defineConfig,
  type BackendLoader,
  type ConfigDefaults,
  type EngineTuning,
  type KvasirConfig,
  type PolicyLoader,
  type PolicyOptions,
  type PresetEntry,
  type ServerSettings,
  type TypedConfig,
  type TypedPresetEntry,
} from "./config/define-config.ts";
