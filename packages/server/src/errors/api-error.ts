import { KvError } from "@kvasir/kv-core";

/** HTTP statuses this server answers errors with. */
export type ErrorStatus = 400 | 401 | 403 | 404 | 405 | 409 | 413 | 415 | 429 | 500 | 503;

export interface ApiErrorFields {
  /** Path of the field at fault, parts joined by dots. */
  readonly param?: string | undefined;
  /** Machine-readable reason, e.g. `context_length_exceeded`. */
  readonly openaiCode?: string | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly cause?: unknown;
}

/** An answer with an error status; its message is written for the client. */
export class ApiError extends KvError {
  readonly code = "KV_REQUEST_REJECTED";
  readonly status: ErrorStatus;
  readonly param: string | undefined;
  readonly openaiCode: string | undefined;
  readonly headers: Readonly<Record<string, string>>;
  override readonly retryable: boolean;

  constructor(status: ErrorStatus, message: string, fields: ApiErrorFields = {}) {
    super("ApiError", message, { cause: fields.cause });
    this.status = status;
    this.param = fields.param;
    this.openaiCode = fields.openaiCode;
    this.headers = fields.headers ?? {};
    this.retryable = status === 429 || status === 503;
  }
}
