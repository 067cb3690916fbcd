import { KvError } from "./kv-error.ts";

/** A policy (or whoever made a plan) returned an invalid plan. */
export class PolicyContractError extends KvError {
  readonly code = "KV_POLICY_CONTRACT";
  readonly policy: string;
  /** Path of the offending field in the plan, e.g. `segments[2].pages`. */
  readonly field: string;
  readonly reason: string;

  constructor(fields: { readonly policy: string; readonly field: string; readonly reason: string; readonly cause?: unknown }) {
    super("PolicyContractError", `Policy "${fields.policy}" returned an invalid plan: ${fields.field} ${fields.reason}`, {
      cause: fields.cause,
    });
    this.policy = fields.policy;
    this.field = fields.field;
    this.reason = fields.reason;
  }
}
