import type { Engine, SamplingOptions } from "@kvasir/model-runtime";

export interface ServerOptions {
  /** A promise while the model loads: until then every endpoint but the start of the server answers 503. */
  readonly engine: Engine | Promise<Engine>;
  /** With keys, everything but `/health` needs one, and each key is a tenant of its own. Without, all clients are one tenant. */
  readonly apiKeys?: readonly string[];
  /**
   * Sites whose pages may call this server from a browser, e.g. `https://chat.example.org`.
   * @defaultValue none but its own
   */
  readonly allowedOrigins?: readonly string[];
  /**
   * Names this server is reached by. Where set, requests to other names than these, `localhost` and plain addresses are
   * refused, so that a web page cannot reach it by pointing a name of its own at it (DNS rebinding).
   * @defaultValue any; `serve` sets it when it listens on a loopback address without keys
   */
  readonly allowedHosts?: readonly string[];
  /**
   * Largest request body, in bytes.
   * @defaultValue 32 MiB
   */
  readonly bodyLimitBytes?: number;
  /**
   * How tokens are chosen where a request does not say.
   * @defaultValue temperature 1, as the OpenAI API has it
   */
  readonly defaultSampling?: SamplingOptions;
  /**
   * Most generations of one request (`n`, prompt lists) that run at once; the others follow.
   * @defaultValue 32
   */
  readonly concurrentChoices?: number;
  /**
   * Receives errors that clients see as a bare 500.
   * @defaultValue writes them to stderr
   */
  readonly onError?: (error: unknown, request: { readonly id: string; readonly method: string; readonly path: string }) => void;
}
