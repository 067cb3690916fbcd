import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { UsageError } from "../cli/usage-error.ts";

/** Where a model comes from. */
export type ModelReference =
  | { readonly kind: "path"; readonly path: string }
  | { readonly kind: "hub"; readonly id: string; readonly revision?: string; readonly file?: string };

const HUB_ID = /^(?<id>[\w-][\w.-]*\/[\w.-]+)(?:@(?<revision>[\w./-]+))?(?::(?<file>[\w./-]+))?$/;

/**
 * Tells a path from a Hugging Face Hub id: what exists on disk is a path; `owner/name`, optionally with `@revision` and `:file`, is an
 * id; anything else is a path that does not exist. `file` may be the name of a quantisation, such as `Q8_0`.
 * @throws UsageError for a path that does not exist
 */
export function resolveModel(model: string, directory: string): ModelReference {
  const path = resolve(directory, model);
  if (existsSync(path)) return { kind: "path", path };
  const hub = parseHubId(model);
  if (hub !== undefined) return hub;
  throw new UsageError(
    `Model ${path} does not exist. Give a GGUF file, a directory with config.json and safetensors, or a Hub id such as owner/name.`,
  );
}

/** Reads `owner/name[@revision][:file]`; `undefined` for anything else. */
export function parseHubId(text: string): Extract<ModelReference, { kind: "hub" }> | undefined {
  const { id, revision, file } = HUB_ID.exec(text)?.groups ?? {};
  if (id === undefined || id.includes("..")) return undefined;
  return { kind: "hub", id, ...(revision === undefined ? {} : { revision }), ...(file === undefined ? {} : { file }) };
}
