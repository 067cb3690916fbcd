import { KvError } from "@kvasir/kv-core";

/** A checkpoint needs something the runtime does not have. */
export class UnsupportedModelError extends KvError {
  readonly code = "KV_MODEL_UNSUPPORTED";
  /** Configuration key or metadata key. */
  readonly key: string;
  /** The key's value in the checkpoint. */
  readonly value: unknown;
  /** What the key may be instead. */
  readonly supported: string;

  constructor(fields: { readonly key: string; readonly value: unknown; readonly supported: string; readonly cause?: unknown }) {
    const shown = fields.value === undefined ? "is missing" : `is ${printValue(fields.value)}`;
    super("UnsupportedModelError", `The model cannot be run: "${fields.key}" ${shown}. Supported: ${fields.supported}.`, {
      cause: fields.cause,
    });
    this.key = fields.key;
    this.value = fields.value;
    this.supported = fields.supported;
  }
}

function printValue(value: unknown): string {
  const text = typeof value === "bigint" ? String(value) : (JSON.stringify(value) ?? String(value));
  return text.length <= 120 ? text : `${text.slice(0, 117)}...`;
}
