import { KvError } from "./kv-error.ts";

/** An option has a wrong type or value. */
export class ConfigError extends KvError {
  readonly code = "KV_CONFIG";
  /** Name of the option. */
  readonly option: string;
  readonly reason: string;

  constructor(fields: { readonly option: string; readonly reason: string; readonly cause?: unknown }) {
    super("ConfigError", `Option "${fields.option}" ${fields.reason}`, { cause: fields.cause });
    this.option = fields.option;
    this.reason = fields.reason;
  }
}
