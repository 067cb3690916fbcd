import type { EngineInfo } from "@kvasir/model-runtime";
import { formatBytes } from "./bytes.ts";
import { renderFields } from "./table.ts";

/** What an engine runs with: backend tier, model, policies and memory, for people. */
export function describeEngine(info: EngineInfo, configPath: string | undefined): string {
  return renderFields(engineFields(info, configPath));
}

/** The same as names and values. */
export function engineFields(info: EngineInfo, configPath: string | undefined): readonly (readonly [name: string, value: string])[] {
  const policies = info.policies.map((name) => (name === info.defaultPolicy ? `${name} (default)` : name)).join(", ");
  const poolTokens = info.totalPages * info.pageSize;
  return [
    [
      "model",
      `${info.model} (${info.architecture}, ${formatCount(info.parameters)} parameters, ${formatBytes(info.weightBytes)} of ${info.weightFormat}, up to ${info.maxModelLength} tokens)`,
    ],
    ["backend", info.backendDescription.startsWith(info.backend) ? info.backendDescription : `${info.backend}: ${info.backendDescription}`],
    ["policies", policies],
    [
      "KV memory",
      `${formatBytes(info.kvPoolBytes)} = ${poolTokens} tokens of ${formatBytes(info.kvBytesPerToken)} (${info.kvDtype}), ${info.totalPages} pages of ${info.pageSize}`,
    ],
    ["config", configPath ?? "built in (no kvasir.config.ts found)"],
    ...info.notes.map((note): [string, string] => ["note", note]),
  ];
}

/** 14200000 → `14.2 M`. */
export function formatCount(count: number): string {
  if (count >= 1e9) return `${(count / 1e9).toFixed(2)} G`;
  if (count >= 1e6) return `${(count / 1e6).toFixed(1)} M`;
  return String(count);
}
