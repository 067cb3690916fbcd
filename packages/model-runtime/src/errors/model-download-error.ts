import { KvError } from "@kvasir/kv-core";

/** Why a model could not be fetched. */
export type DownloadFailure =
  | "not-found"
  | "access-denied"
  | "network"
  | "offline"
  | "checksum"
  | "no-weights"
  | "ambiguous-file"
  | "disk"
  | "cancelled";

/** A model could not be fetched from the Hub. What has been received is kept and continued from next time, unless it was wrong. */
export class ModelDownloadError extends KvError {
  readonly code = "KV_MODEL_FILE";
  readonly reason: DownloadFailure;
  /** Hub id. */
  readonly model: string;
  /** File of the repository. */
  readonly file: string | undefined;
  override readonly retryable: boolean;

  constructor(
    reason: DownloadFailure,
    model: string,
    message: string,
    options: { readonly file?: string | undefined; readonly cause?: unknown } = {},
  ) {
    super("ModelDownloadError", message, { cause: options.cause });
    this.reason = reason;
    this.model = model;
    this.file = options.file;
    this.retryable = reason === "network" || reason === "checksum";
  }
}
