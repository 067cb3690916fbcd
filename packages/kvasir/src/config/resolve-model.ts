import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { UsageError } from "../cli/usage-error.ts";

/** Where a model comes from. */
export type ModelReference = { readonly kind: "path"; readonly path: string } | { readonly kind: "hub"; readonly id: string };

/**
 * Tells a path from a Hugging Face Hub id: what exists on disk is a path; `owner/name`, optionally with `:file` or `@revision`, is an
 * id; anything else is a path that does not exist.
 * @throws UsageError for a path that does not exist
 */
export function resolveModel(model: string, directory: string): ModelReference {
  const path = resolve(directory, model);
  if (existsSync(path)) return { kind: "path", path };
  if (/^[\w-][\w.-]*\/[\w.-]+(?:[:@][\w./-]+)?$/.test(model)) return { kind: "hub", id: model };
  throw new UsageError(`Model ${path} does not exist. Give a GGUF file, a directory with config.json and safetensors, or a Hub id such as owner/name.`);
}
