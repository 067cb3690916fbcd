import { KvError } from "./kv-error.ts";

/** One thing a backend looked for on this machine. */
export interface BackendProbe {
  /** What was looked for, e.g. `shared WASM memory` or `libcuda.so.1`. */
  readonly check: string;
  readonly found: boolean;
  /** Version found, path tried, or why it does not do. */
  readonly detail: string;
}

/** A backend cannot run on this machine, or has not memory enough for what it was asked to load. */
export class BackendUnavailableError extends KvError {
  readonly code = "KV_BACKEND_UNAVAILABLE";
  readonly backend: string;
  readonly reason: string;
  readonly probe: readonly BackendProbe[];

  constructor(fields: {
    readonly backend: string;
    readonly reason: string;
    readonly probe?: readonly BackendProbe[];
    readonly cause?: unknown;
  }) {
    const probe = fields.probe ?? [];
    const report = probe.map(({ check, found, detail }) => `\n  ${found ? "found  " : "missing"} ${check}: ${detail}`).join("");
    super("BackendUnavailableError", `Backend "${fields.backend}" is not available: ${fields.reason}${report}`, { cause: fields.cause });
    this.backend = fields.backend;
    this.reason = fields.reason;
    this.probe = probe;
  }
}
