import { KvError } from "../errors/kv-error.ts";

/** Encoded bytes or state are damaged, cut short, or do not belong together. */
export class CodecDataError extends KvError {
  readonly code = "KV_CODEC_DATA";
  readonly codec: string;
  /** What is wrong, e.g. `key bitmaps`. */
  readonly part: string;
  readonly reason: string;

  constructor(fields: { readonly codec: string; readonly part: string; readonly reason: string; readonly cause?: unknown }) {
    super("CodecDataError", `Data of codec "${fields.codec}" is damaged: ${fields.part} ${fields.reason} Encode the tokens again.`, {
      cause: fields.cause,
    });
    this.codec = fields.codec;
    this.part = fields.part;
    this.reason = fields.reason;
  }
}
