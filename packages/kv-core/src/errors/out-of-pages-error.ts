import { KvError } from "./kv-error.ts";

/** The pool is empty and nobody is left to evict or preempt. */
export class OutOfPagesError extends KvError {
  readonly code = "KV_OUT_OF_PAGES";
  override readonly retryable = true;
  readonly needed: number;
  readonly free: number;

  constructor(fields: { readonly needed: number; readonly free: number; readonly cause?: unknown }) {
    super(
      "OutOfPagesError",
      `Needed ${fields.needed} pages but ${fields.free} are free. Lower the batch size, raise the pool size, or add a policy that reclaims pages.`,
      { cause: fields.cause },
    );
    this.needed = fields.needed;
    this.free = fields.free;
  }
}
