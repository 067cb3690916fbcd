import { KvError } from "./kv-error.ts";

/** A policy was asked for by an id that is not registered. */
export class NoSuchPolicyError extends KvError {
  readonly code = "KV_NO_SUCH_POLICY";
  readonly requested: string;
  readonly available: readonly string[];

  constructor(fields: { readonly requested: string; readonly available: readonly string[]; readonly cause?: unknown }) {
    const registered = fields.available.length === 0 ? "none" : fields.available.join(", ");
    super("NoSuchPolicyError", `No such policy "${fields.requested}". Registered: ${registered}. Use one of these or register it.`, {
      cause: fields.cause,
    });
    this.requested = fields.requested;
    this.available = fields.available;
  }
}
