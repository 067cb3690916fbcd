import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

/** The model that comes with the repository. */
export const TINY_MODEL: string = new URL("../../../models/kvasir-tiny", import.meta.url).pathname;

/**
 * Path of a public checkpoint, or `undefined` with a printed reason where this machine does not have it. They are looked for in
 * `KVASIR_MODELS_DIR`, else in ~/.cache/kvasir-models.
 */
export function findCheckpoint(name: string): string | undefined {
  const directory = process.env["KVASIR_MODELS_DIR"] ?? join(homedir(), ".cache", "kvasir-models");
  const path = join(directory, name);
  if (existsSync(path)) return path;
  process.stdout.write(`skipped: ${path} is not there (set KVASIR_MODELS_DIR to a directory that has ${name})\n`);
  return undefined;
}
