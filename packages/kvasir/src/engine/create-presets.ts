import { createPolicyRegistry, type KvPolicy } from "@kvasir/kv-core";
import type { KvasirConfig } from "../config/define-config.ts";
import { FULL_PRESET } from "./engine-settings.ts";

/** Makes the policies of every preset; `full` comes first. */
export async function createPresets(config: KvasirConfig): Promise<Record<string, readonly KvPolicy[]>> {
  const registry = createPolicyRegistry(config.policies ?? {});
  const presets: Record<string, readonly KvPolicy[]> = { [FULL_PRESET]: [] };
  for (const [name, entries] of Object.entries(config.presets ?? {})) {
    presets[name] = await Promise.all(entries.map(({ policy, options }) => registry.create(policy, options as never)));
  }
  return presets;
}
