import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { arch, cpus, loadavg, platform, release, totalmem } from "node:os";

/** Where, when and of what a measurement is taken; call it before the measuring starts, since the load is part of it. */
export function provenance() {
  const root = new URL("../../", import.meta.url);
  const git = (...args) => execFileSync("git", args, { cwd: root, encoding: "utf8" }).trim();
  const { version } = JSON.parse(readFileSync(new URL("packages/kvasir/package.json", root), "utf8"));
  const cores = cpus();
  return {
    date: new Date().toISOString(),
    commit: git("rev-parse", "HEAD"),
    hasLocalChanges: git("status", "--porcelain", "--untracked-files=no") !== "",
    versions: { kvasir: version, node: process.version },
    machine: {
      cpu: cores[0]?.model.trim() ?? "unknown",
      cores: cores.length,
      memoryBytes: totalmem(),
      system: `${platform()} ${release()} ${arch()}`,
    },
    loadAverageAtStart: loadavg()[0],
  };
}
