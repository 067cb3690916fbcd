import { KvError } from "./kv-error.ts";

/** An object was used after `dispose` or `release`. */
export class DisposedError extends KvError {
  readonly code = "KV_DISPOSED";
  readonly subject: string;

  constructor(fields: { readonly subject: string; readonly operation: string; readonly cause?: unknown }) {
    super("DisposedError", `${fields.operation} was called on ${fields.subject} after it was disposed. Create a new one.`, {
      cause: fields.cause,
    });
    this.subject = fields.subject;
  }
}
