import { homedir } from "node:os";
import { join } from "node:path";

/** Where policies keep what they measured of this machine: `$XDG_CACHE_HOME/kvasir/calibration.json`, in `~/.cache` by default. */
export function calibrationFile(): string {
  return join(process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "kvasir", "calibration.json");
}
