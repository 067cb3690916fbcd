import { composePolicies, ConfigError, IncompatiblePolicyError, type PolicyEnvironment } from "@kvasir/kv-core";
import type { PolicyPreset } from "../scheduler/active-request.ts";
import type { EngineOptions } from "./engine-options.ts";

/** Presets that requests can name, and why others cannot. */
export interface BoundPresets {
  readonly presets: Map<string, PolicyPreset>;
  readonly notes: readonly string[];
}

/**
 * Binds the presets of an engine. One that does not fit the model or the backend is left out, since a config serves many; but never the
 * default, which requests get that name none.
 * @throws IncompatiblePolicyError where the default does not fit; ConfigError where there is none.
 */
export function bindPresets(
  { presets: given, defaultPolicy }: Pick<EngineOptions, "presets" | "defaultPolicy">,
  environment: PolicyEnvironment,
): BoundPresets {
  const names = Object.keys(given);
  const wanted = defaultPolicy ?? names[0];
  if (wanted === undefined) {
    throw new ConfigError({ option: "presets", reason: "is empty; name at least one, for example { full: [] }." });
  }
  if (!names.includes(wanted)) {
    throw new ConfigError({ option: "defaultPolicy", reason: `is "${wanted}", but the presets are ${names.join(", ")}.` });
  }
  const presets = new Map<string, PolicyPreset>();
  const notes: string[] = [];
  for (const name of names) {
    try {
      presets.set(name, bindPreset(name, given, environment));
    } catch (error) {
      if (name === wanted || !(error instanceof IncompatiblePolicyError)) throw error;
      notes.push(`preset "${name}" is left out: ${error.message}`);
    }
  }
  return { presets, notes };
}

function bindPreset(name: string, given: EngineOptions["presets"], environment: PolicyEnvironment): PolicyPreset {
  const composed = composePolicies(given[name] ?? []);
  const policy = composed.bind(environment);
  return { name, policy, fidelity: composed.capabilities.fidelity, codecs: composed.capabilities.codecs ?? [] };
}
