import { NoSuchPolicyError, type KvPolicy } from "@kvasir/kv-core";
import type { KvasirConfig } from "../config/define-config.ts";
import { FULL_PRESET } from "./engine-settings.ts";

/** Makes the policies of every preset; `full` comes first. */
export async function createPresets(config: KvasirConfig): Promise<Record<string, readonly KvPolicy[]>> {
  const presets: Record<string, readonly KvPolicy[]> = { [FULL_PRESET]: [] };
  for (const [name, entries] of Object.entries(config.presets ?? {})) {
    presets[name] = await Promise.all(entries.map(({ policy, options }) => createPolicy(config, policy, options)));
  }
  return presets;
}

async function createPolicy(config: KvasirConfig, name: string, options: unknown): Promise<KvPolicy> {
  const load = config.policies?.[name];
  if (load === undefined) throw new NoSuchPolicyError({ requested: name, available: Object.keys(config.policies ?? {}) });
  return (await load())(options as never);
}
