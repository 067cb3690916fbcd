import { KvError } from "./kv-error.ts";

/** A handle was used after what it stood for was given back. */
export class StaleHandleError extends KvError {
  readonly code = "KV_STALE_HANDLE";
  /** What was used, e.g. `page 12` or `tensor of 64 f32`. */
  readonly handle: string;

  constructor(fields: { readonly handle: string; readonly operation: string; readonly cause?: unknown }) {
    super("StaleHandleError", `${fields.operation}: ${fields.handle} was given back earlier. Keep a reference while you use it.`, {
      cause: fields.cause,
    });
    this.handle = fields.handle;
  }
}
