import { KvError } from "./kv-error.ts";

/** An operator was called with operands that do not fit, or failed on the device. */
export class KernelFailedError extends KvError {
  readonly code = "KV_KERNEL_FAILED";
  readonly kernel: string;
  readonly reason: string;

  constructor(fields: { readonly kernel: string; readonly reason: string; readonly cause?: unknown }) {
    super("KernelFailedError", `Operator "${fields.kernel}" failed: ${fields.reason}`, { cause: fields.cause });
    this.kernel = fields.kernel;
    this.reason = fields.reason;
  }
}
