import { KvError } from "@kvasir/kv-core";

/** Why a request was not taken. */
export type RejectionReason =
  | "unknown-policy"
  | "unknown-context"
  | "context-conflict"
  | "prompt-too-long"
  | "prompt-empty"
  | "exceeds-memory"
  | "invalid-token"
  | "invalid-option"
  | "invalid-messages"
  | "busy"
  | "closing";

/** A request that the engine refuses before it starts; nothing was changed. */
export class RequestRejectedError extends KvError {
  readonly code = "KV_REQUEST_REJECTED";
  readonly reason: RejectionReason;
  /** Numbers and names from the message. */
  readonly details: Readonly<Record<string, unknown>>;
  override readonly retryable: boolean;

  constructor(
    reason: RejectionReason,
    message: string,
    details: Readonly<Record<string, unknown>> = {},
    options?: { readonly cause?: unknown },
  ) {
    super("RequestRejectedError", message, options);
    this.reason = reason;
    this.details = details;
    this.retryable = reason === "busy" || reason === "closing";
  }
}
