/** Stable codes of every error these packages throw on purpose. Adding one is a minor release. */
export type KvErrorCode =
  | "KV_NO_SUCH_POLICY"
  | "KV_POLICY_INCOMPATIBLE"
  | "KV_POLICY_CONTRACT"
  | "KV_OUT_OF_PAGES"
  | "KV_STALE_HANDLE"
  | "KV_DISPOSED"
  | "KV_BACKEND_UNAVAILABLE"
  | "KV_KERNEL_FAILED"
  | "KV_MODEL_FILE"
  | "KV_MODEL_UNSUPPORTED"
  | "KV_REQUEST_REJECTED"
  | "KV_CONFIG"
  | "KV_CODEC_DATA"
  | "KV_INVARIANT";

/** Root of every error these packages throw on purpose. */
export abstract class KvError extends Error {
  readonly "~kvError": true = true;
  abstract readonly code: KvErrorCode;
  /** Could the same call succeed later, unchanged? */
  readonly retryable: boolean = false;
  override readonly name: string;

  protected constructor(name: string, message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.name = name;
  }

  /** Works across duplicate installs, where `instanceof` does not. */
  static isInstance(error: unknown): error is KvError {
    return typeof error === "object" && error !== null && "~kvError" in error;
  }
}
