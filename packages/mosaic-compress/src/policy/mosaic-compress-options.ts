import { type Budget, ConfigError } from "@kvasir/kv-core";
import { BLOCK_TOKENS } from "../format/packed-layout.ts";
import type { PackingOptions } from "../settings/vector-packing.ts";
import { PRESETS, type PresetName } from "./presets.ts";

/** What is read of encoded tokens, per row and KV head; `Selector` has the rules. */
export interface ReadOptions {
  /** How much of the encoded tokens is read. */
  readonly keep: Exclude<Budget, { readonly bytes: number }>;
  /** So many tokens of a segment are read in any case, since short ones have little to spare. @defaultValue 0 */
  readonly leastTokens?: number;
  /**
   * What a block is scored by: `max-key` its best packed key, `mean-key` its packed mean key (the paper's), which is cheaper and misses more.
   * @defaultValue "max-key"
   */
  readonly by?: "mean-key" | "max-key";
  /** Tokens chosen together; with `mean-key` the packing's own. @defaultValue 8 */
  readonly blockTokens?: number;
  /** Whether rows of a prompt choose as well; they read everything otherwise. @defaultValue false */
  readonly duringPrefill?: boolean;
}

/** When output tokens get a segment, with rotations and packings, of their own. */
export interface SegmentOptions {
  /** New segments are fitted to so many tokens at least, or they would hardly be worth their rotations. @defaultValue 512 */
  readonly minTokens?: number;
  /** A segment is closed after so many tokens. @defaultValue 8192 */
  readonly maxTokens?: number;
  /** It is also closed when its last tokens lose this much more of their energy than those it was fitted to. @defaultValue 0.05 */
  readonly maxLossRise?: number;
}

export interface MosaicCompressOptions {
  /** Where all other options start from. @defaultValue "quantised" */
  readonly preset?: PresetName;
  /** How tokens are packed. */
  readonly packing?: PackingOptions;
  /** Reads everything where `"all"`. */
  readonly read?: ReadOptions | "all";
  /** First tokens that stay as they are, in whole pages. */
  readonly sinkTokens?: number;
  /** Most recent tokens that stay as they are. */
  readonly recentTokens?: number;
  /** Output tokens are packed when so many, in whole pages, have left the recent ones. @defaultValue 32 */
  readonly bufferTokens?: number;
  /** Steps that packing of output tokens is spread over. @defaultValue 16 */
  readonly overSteps?: number;
  readonly segments?: SegmentOptions;
}

/** Options with nothing left open. */
export interface ResolvedOptions {
  readonly packing: PackingOptions;
  readonly read: Required<ReadOptions> | undefined;
  readonly sinkTokens: number;
  readonly recentTokens: number;
  readonly bufferTokens: number;
  readonly overSteps: number;
  readonly segments: Required<SegmentOptions>;
}

/** Checks options and fills in those of the preset and defaults. @throws ConfigError naming the option. */
export function resolveOptions(options: MosaicCompressOptions): ResolvedOptions {
  const { preset = "quantised" } = options;
  const start = Object.hasOwn(PRESETS, preset) ? PRESETS[preset] : fail("preset", preset, `one of ${Object.keys(PRESETS).join(", ")}`);
  const { packing, read, sinkTokens, recentTokens, bufferTokens = 32, overSteps = 16, segments = {} } = { ...start, ...options };
  const { minTokens = 512, maxTokens = 8192, maxLossRise = 0.05 } = segments;
  checkCount("sinkTokens", sinkTokens, 0);
  checkCount("recentTokens", recentTokens, 0);
  checkCount("bufferTokens", bufferTokens, 1);
  checkCount("overSteps", overSteps, 0);
  checkCount("segments.minTokens", minTokens, 1);
  checkCount("segments.maxTokens", maxTokens, minTokens);
  if (!(maxLossRise >= 0)) fail("segments.maxLossRise", maxLossRise, "a share of energy of at least 0");
  return {
    packing,
    read: read === "all" ? undefined : resolveRead(read, packing),
    sinkTokens,
    recentTokens,
    bufferTokens,
    overSteps,
    segments: { minTokens, maxTokens, maxLossRise },
  };
}

function resolveRead(read: ReadOptions, { blockTokens: packed = 8 }: PackingOptions): Required<ReadOptions> {
  const { keep, leastTokens = 0, by = "max-key", blockTokens = by === "mean-key" ? packed : 8, duringPrefill = false } = read;
  checkKeep(keep);
  checkCount("read.leastTokens", leastTokens, 0);
  if (by !== "mean-key" && by !== "max-key") fail("read.by", by, '"max-key" or "mean-key"');
  if (!BLOCK_TOKENS.includes(blockTokens)) fail("read.blockTokens", blockTokens, `one of ${BLOCK_TOKENS.join(", ")}`);
  if (by === "mean-key" && blockTokens !== packed) {
    fail("read.blockTokens", blockTokens, `packing.blockTokens, ${packed}: only blocks of so many tokens have mean keys`);
  }
  return { keep, leastTokens, by, blockTokens, duringPrefill };
}

function checkKeep(keep: ReadOptions["keep"]): void {
  const [[form, limit] = [], ...others] = Object.entries(keep ?? {});
  if ((form !== "ratio" && form !== "tokens") || others.length > 0) fail("read.keep", keep, "{ ratio } or { tokens }");
  if (!(typeof limit === "number" && limit > 0 && (form !== "ratio" || limit <= 1))) {
    fail(`read.keep.${form}`, limit, form === "ratio" ? "the share that is read, above 0 and at most 1" : "a number of tokens above 0");
  }
}

function checkCount(option: string, value: unknown, least: number): void {
  if (!Number.isSafeInteger(value) || (value as number) < least) fail(option, value, `a whole number of at least ${least}`);
}

function fail(option: string, value: unknown, wanted: string): never {
  throw new ConfigError({ option, reason: `is ${JSON.stringify(value)}; give ${wanted}.` });
}
