import { KvError } from "./kv-error.ts";

/** Something that cannot happen did: a bug in these packages. */
export class InvariantError extends KvError {
  readonly code = "KV_INVARIANT";
  readonly invariant: string;
  /** The plan that was being carried out. */
  readonly plan?: unknown;

  constructor(fields: { readonly invariant: string; readonly plan?: unknown; readonly cause?: unknown }) {
    const plan = fields.plan === undefined ? "" : ` Plan: ${JSON.stringify(fields.plan)}`;
    super("InvariantError", `Broken invariant: ${fields.invariant}. This is a bug; report it with this message.${plan}`, {
      cause: fields.cause,
    });
    this.invariant = fields.invariant;
    if (fields.plan !== undefined) this.plan = fields.plan;
  }
}
