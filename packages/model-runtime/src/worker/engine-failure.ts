import { KvError, type KvErrorCode } from "@kvasir/kv-core";
import type { EngineFailure } from "../engine/engine-api.ts";
import { RequestRejectedError, type RejectionReason } from "../errors/request-rejected-error.ts";

/** An error of the engine's thread, rebuilt on the other side with the same name, code, message and details. */
export class RemoteEngineError extends KvError {
  readonly code: KvErrorCode;
  override readonly retryable: boolean;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(failure: EngineFailure) {
    super(failure.name, failure.message);
    this.code = failure.code as KvErrorCode;
    this.retryable = failure.retryable;
    this.details = failure.details;
  }
}

/** Turns anything thrown into plain data that crosses a thread boundary. */
export function toFailure(error: unknown): EngineFailure {
  if (error instanceof RequestRejectedError) {
    const details = { ...error.details, reason: error.reason };
    return { name: error.name, code: error.code, message: error.message, retryable: error.retryable, details };
  }
  if (KvError.isInstance(error)) {
    return { name: error.name, code: error.code, message: error.message, retryable: error.retryable, details: {} };
  }
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { name: "InvariantError", code: "KV_INVARIANT", message, retryable: false, details: {} };
}

/** The error a failure stands for. */
export function fromFailure(failure: EngineFailure): KvError {
  if (failure.code === "KV_REQUEST_REJECTED") {
    const { reason, ...details } = failure.details;
    return new RequestRejectedError(reason as RejectionReason, failure.message, details);
  }
  return new RemoteEngineError(failure);
}
