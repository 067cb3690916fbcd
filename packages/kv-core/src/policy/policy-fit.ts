import { IncompatiblePolicyError } from "../errors/incompatible-policy-error.ts";
import { specVersionMismatch } from "../registry/spec-version.ts";
import type { KvPolicy, PolicyEnvironment } from "./kv-policy.ts";

/**
 * Checks what a policy declares against the model and the backend, before it is bound.
 * @throws IncompatiblePolicyError with the first thing that is missing.
 */
export function assertPolicyFits(policy: KvPolicy, environment: PolicyEnvironment): void {
  const reason = specVersionMismatch("policy", policy) ?? misfit(policy, environment);
  if (reason !== undefined) throw new IncompatiblePolicyError({ policy: policy.name, reason });
}

function misfit({ capabilities }: KvPolicy, { backend, model }: PolicyEnvironment): string | undefined {
  const missing = (wanted: readonly string[] | undefined, offered: readonly string[] | undefined): string | undefined =>
    wanted?.find((name) => offered?.includes(name) !== true);
  const list = (names: readonly string[] | undefined): string => names?.join(", ") || "none";
  const codec = missing(capabilities.codecs, backend.codecs);
  if (codec !== undefined) return `it writes pages as "${codec}", and the backend attends ${list(backend.codecs)}.`;
  const selector = missing(capabilities.selectors, backend.selectors);
  if (selector !== undefined) return `it selects blocks by "${selector}", and the backend evaluates ${list(backend.selectors)}.`;
  const signal = missing(capabilities.reads, backend.signals);
  if (signal !== undefined) return `it reads the signal "${signal}", and the backend gives ${list(backend.signals)}.`;
  if (capabilities.shiftsSegments !== true) return undefined;
  if (!model.hasFixedFrequencies) return "it moves cached tokens to other positions, and this model's RoPE frequencies change with length.";
  if (!backend.hasShiftedSegments) return "it moves cached tokens to other positions, and the backend does not attend shifted segments.";
  return undefined;
}
