import { KvError } from "@kvasir/kv-core";

/** A server did not answer, or refused. */
export class ServerRequestError extends KvError {
  readonly code = "KV_REQUEST_REJECTED";
  override readonly retryable: boolean;

  constructor(fields: { readonly url: string; readonly problem: string; readonly isBusy: boolean; readonly cause?: unknown }) {
    super("ServerRequestError", `${fields.url}: ${fields.problem}`, { cause: fields.cause });
    this.retryable = fields.isBusy;
  }
}
