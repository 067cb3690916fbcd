import { readFileSync } from "node:fs";

/** Most bytes of memory that a running process has held so far; undefined where the system does not say (only Linux does). */
export function peakMemory(pid) {
  try {
    const [, kibibytes] = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
    return kibibytes === undefined ? undefined : Number(kibibytes) * 1024;
  } catch {
    return undefined;
  }
}
