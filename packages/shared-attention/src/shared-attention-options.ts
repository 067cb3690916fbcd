import { type Budget, ConfigError } from "@kvasir/kv-core";

/**
 * From when on tokens that several sequences read are attended together: wherever that is faster on this machine, always, or from so many
 * readers and tokens on.
 */
export type SharingGate = "measured" | "always" | { readonly readers: number; readonly tokens: number };

/** Reading a part of what is cached, chosen by chunks: per token and KV head, those whose keys answer best to the queries. */
export interface RoutingOptions {
  /** How many tokens are chosen, as a limit; the last chunk is read besides. Full chunks only, and at least one. */
  readonly keep: Budget;
  /**
   * What the chunks are cut from.
   * - `contexts`: the registered contexts that a request names. What follows them is computed and read in full.
   * - `prompt`: all of the prompt, for output tokens only.
   * @defaultValue "contexts"
   */
  readonly over?: "contexts" | "prompt";
  /** What stands for a chunk's keys when it is scored; see `Selector`. @defaultValue "mean-key" */
  readonly by?: "mean-key" | "chunk-feature";
  /** Tokens per chunk, a multiple of the page size. @defaultValue 512 */
  readonly chunkTokens?: number;
  /** First tokens whose chunks are always chosen: softmax needs somewhere to put weight it has no use for. @defaultValue 4 */
  readonly sinkTokens?: number;
}

export interface SharedAttentionOptions {
  /** @defaultValue "measured" */
  readonly gate?: SharingGate;
  /** Approximate where given; everything is read, and results are those without the policy, where absent. */
  readonly routed?: RoutingOptions;
}

/** `RoutingOptions` with nothing left open. */
export type Routing = Required<RoutingOptions>;

/** Checks options and fills in defaults. @throws ConfigError naming the option. */
export function resolveOptions(options: SharedAttentionOptions): { readonly gate: SharingGate; readonly routing: Routing | undefined } {
  const { gate = "measured", routed } = options;
  checkGate(gate);
  if (routed === undefined) return { gate, routing: undefined };
  const { keep, over = "contexts", by = "mean-key", chunkTokens = 512, sinkTokens = 4 } = routed;
  checkKeep(keep);
  checkName("routed.over", over, ["contexts", "prompt"]);
  checkName("routed.by", by, ["mean-key", "chunk-feature"]);
  checkCount("routed.chunkTokens", chunkTokens, 1);
  checkCount("routed.sinkTokens", sinkTokens, 0);
  return { gate, routing: { keep, over, by, chunkTokens, sinkTokens } };
}

function checkGate(gate: SharingGate): void {
  if (typeof gate === "object" && gate !== null) {
    checkCount("gate.readers", gate.readers, 2);
    checkCount("gate.tokens", gate.tokens, 1);
  } else checkName("gate", gate, ["measured", "always"]);
}

function checkKeep(keep: Budget): void {
  const [[form, limit] = [], ...others] = Object.entries(keep ?? {});
  if (form === undefined || others.length > 0 || !["ratio", "tokens", "bytes"].includes(form)) {
    throw new ConfigError({ option: "routed.keep", reason: `is ${JSON.stringify(keep)}; give { ratio }, { tokens } or { bytes }.` });
  }
  if (!(typeof limit === "number" && limit > 0 && (form !== "ratio" || limit <= 1))) {
    const range = form === "ratio" ? "the share that is kept, above 0 and at most 1" : `a number of ${form} above 0`;
    throw new ConfigError({ option: `routed.keep.${form}`, reason: `is ${String(limit)}; give ${range}.` });
  }
}

function checkName(option: string, value: unknown, names: readonly string[]): void {
  if (names.includes(value as string)) return;
  throw new ConfigError({ option, reason: `is ${JSON.stringify(value)}; give ${names.map((name) => `"${name}"`).join(" or ")}.` });
}

function checkCount(option: string, value: unknown, least: number): void {
  if (Number.isSafeInteger(value) && (value as number) >= least) return;
  throw new ConfigError({ option, reason: `is ${String(value)}; give a whole number of at least ${least}.` });
}
