import { KvError } from "./kv-error.ts";

/** A policy cannot work with this model, this backend or the policies beside it. Thrown at `bind`, before memory is taken. */
export class IncompatiblePolicyError extends KvError {
  readonly code = "KV_POLICY_INCOMPATIBLE";
  readonly policy: string;
  readonly reason: string;
  /** The other policy, where two of them do not go together. */
  readonly otherPolicy?: string;

  constructor(fields: { readonly policy: string; readonly reason: string; readonly otherPolicy?: string; readonly cause?: unknown }) {
    const beside = fields.otherPolicy === undefined ? "" : ` beside "${fields.otherPolicy}"`;
    super("IncompatiblePolicyError", `Policy "${fields.policy}" cannot be used${beside}: ${fields.reason}`, { cause: fields.cause });
    this.policy = fields.policy;
    this.reason = fields.reason;
    if (fields.otherPolicy !== undefined) this.otherPolicy = fields.otherPolicy;
  }
}
