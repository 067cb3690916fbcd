import { existsSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { UsageError } from "../cli/usage-error.ts";

const FILE_NAMES = ["kvasir.config.ts", "kvasir.config.mts", "kvasir.config.js", "kvasir.config.mjs"];

/**
 * Path of the config file to use: `explicit` where given; else the nearest `kvasir.config.{ts,mts,js,mjs}`, or file named under
 * `kvasir.config` in a `package.json`, in `directory` or one above it. `undefined` where there is none.
 * @throws UsageError where a named file does not exist
 */
export function findConfig(directory: string, explicit?: string): string | undefined {
  if (explicit !== undefined) return existing(resolve(directory, explicit), "--config");
  for (let folder = resolve(directory); ; folder = dirname(folder)) {
    for (const name of FILE_NAMES) {
      if (existsSync(join(folder, name))) return join(folder, name);
    }
    const manifest = join(folder, "package.json");
    const named = configOfManifest(manifest);
    if (named !== undefined) return existing(resolve(folder, named), `"kvasir.config" in ${manifest}`);
    if (dirname(folder) === folder) return undefined;
  }
}

function existing(path: string, namedBy: string): string {
  if (!existsSync(path)) throw new UsageError(`Config file ${path}, named by ${namedBy}, does not exist. Check the path.`);
  return path;
}

function configOfManifest(path: string): string | undefined {
  if (!existsSync(path)) return undefined;
  try {
    const manifest = JSON.parse(readFileSync(path, "utf8")) as { readonly kvasir?: { readonly config?: unknown } };
    const named = manifest.kvasir?.config;
    return typeof named === "string" ? named : undefined;
  } catch {
    // A broken package.json above is not ours to complain about.
    return undefined;
  }
}
