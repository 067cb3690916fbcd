import { KvError } from "@kvasir/kv-core";

/** A command cannot do what its arguments ask for; the message says what to write instead. */
export class UsageError extends KvError {
  readonly code = "KV_CONFIG";

  constructor(message: string, options?: { readonly cause?: unknown }) {
    super("UsageError", message, options);
  }
}
