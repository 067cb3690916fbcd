import { KvError } from "@kvasir/kv-core";

/** Options a server cannot run with. */
export class ServerConfigError extends KvError {
  readonly code = "KV_CONFIG";

  constructor(message: string) {
    super("ServerConfigError", message);
  }
}
