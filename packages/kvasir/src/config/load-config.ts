import { createJiti } from "jiti";
import { UsageError } from "../cli/usage-error.ts";
import type { KvasirConfig } from "./define-config.ts";

/**
 * Loads a config file, TypeScript or JavaScript. Packages it imports are loaded by Node itself, so that they are the same instances as
 * everywhere else in the process.
 * @throws UsageError where the file cannot be evaluated or exports no config
 */
export async function loadConfig(path: string): Promise<KvasirConfig> {
  const jiti = createJiti(path, { tryNative: true, fsCache: false, interopDefault: false });
  let loaded: unknown;
  try {
    loaded = await jiti.import(path);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new UsageError(`Config file ${path} cannot be loaded: ${reason}`, { cause });
  }
  return checkConfig(loaded, path);
}

function checkConfig(loaded: unknown, path: string): KvasirConfig {
  const config = isRecord(loaded) ? loaded["default"] : undefined;
  if (!isRecord(config)) {
    throw new UsageError(`Config file ${path} has no default export. Write: export default defineConfig({ backends: { ... } });`);
  }
  const backends = config["backends"];
  if (!isRecord(backends) || Object.keys(backends).length === 0) {
    throw new UsageError(
      `Config file ${path} registers no backend. Add one, for example: backends: { cpu: async () => (await import("@kvasir/cpu-backend")).cpuBackend }`,
    );
  }
  for (const field of ["backends", "policies"]) {
    for (const [name, loader] of Object.entries(isRecord(config[field]) ? config[field] : {})) {
      if (typeof loader !== "function")
        throw new UsageError(`Config file ${path}: ${field}.${name} is no function. Write: async () => (await import("...")).factory`);
    }
  }
  checkPresets(config, path);
  return config as unknown as KvasirConfig;
}

function checkPresets(config: Readonly<Record<string, unknown>>, path: string): void {
  const policies = isRecord(config["policies"]) ? Object.keys(config["policies"]) : [];
  const presets = isRecord(config["presets"]) ? config["presets"] : {};
  for (const [name, entries] of Object.entries(presets)) {
    if (!Array.isArray(entries))
      throw new UsageError(`Config file ${path}: presets.${name} is no list. Write: [{ policy: "name", options: {} }]`);
    for (const entry of entries as readonly unknown[]) {
      const policy = isRecord(entry) ? entry["policy"] : undefined;
      if (typeof policy !== "string" || !policies.includes(policy)) {
        const known = policies.length > 0 ? policies.join(", ") : "none";
        throw new UsageError(
          `Config file ${path}: presets.${name} names the policy ${JSON.stringify(policy)}, which is not registered. Registered: ${known}.`,
        );
      }
    }
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}
