import { execFileSync } from "node:child_process";
import { arch, cpus, platform, release, totalmem } from "node:os";
import { version } from "../cli/version.ts";

/** Where and of what a measurement was taken. */
export interface Provenance {
  readonly date: string;
  /** Commit of the working directory; `null` outside a repository. */
  readonly commit: string | null;
  readonly versions: { readonly kvasir: string; readonly node: string };
  readonly machine: { readonly cpu: string; readonly cores: number; readonly memoryBytes: number; readonly system: string };
}

/** Collects what a result needs to be compared with others. */
export function provenance(): Provenance {
  const cores = cpus();
  return {
    date: new Date().toISOString(),
    commit: commit(),
    versions: { kvasir: version, node: process.version },
    machine: {
      cpu: cores[0]?.model.trim() ?? "unknown",
      cores: cores.length,
      memoryBytes: totalmem(),
      system: `${platform()} ${release()} ${arch()}`,
    },
  };
}

function commit(): string | null {
  try {
    return execFileSync("git", ["rev-parse", "HEAD"], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();
  } catch {
    // No git, or no repository: results then say so.
    return null;
  }
}
