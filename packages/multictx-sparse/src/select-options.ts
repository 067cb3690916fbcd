import { ConfigError } from "@kvasir/kv-core";
import { checkCount } from "./check-count.ts";

/** Which tokens of the contexts are kept. */
export interface SelectOptions {
  /** Limit for the contexts' kept tokens, together: a share of them, or a number. */
  readonly keep: { readonly ratio: number } | { readonly tokens: number };
  /** The limit is no lower than this: of short contexts a share would leave nothing but their ends. @defaultValue 256 */
  readonly leastTokens?: number;
  /** First tokens of each context that are always kept: they hold what softmax has no use for. @defaultValue 4 */
  readonly initialTokens?: number;
  /** Last tokens of each context that are always kept. @defaultValue 2 */
  readonly localTokens?: number;
  /** Tokens per block that is scored as one. @defaultValue 16 */
  readonly blockTokens?: number;
  /** Tokens kept on either side of a chosen block: a fact seldom ends where a block does. @defaultValue 6 */
  readonly paddingTokens?: number;
  /** Tokens of the limit that are given out by the end of each round, as shares, ascending to 1. @defaultValue [0.15, 0.4, 1] */
  readonly rounds?: readonly number[];
  /** Whether what was chosen so far helps to choose (SamKV's personalised query); else the question alone does. @defaultValue true */
  readonly bias?: boolean;
}

/** `SelectOptions` with nothing left open. */
export type Selection = Required<SelectOptions>;

const DEFAULTS = {
  leastTokens: 256,
  initialTokens: 4,
  localTokens: 2,
  blockTokens: 16,
  paddingTokens: 6,
  rounds: [0.15, 0.4, 1],
  bias: true,
};

/** Tokens that one mean key stands for where chosen tokens ask; blocks are made of such runs. The question asks single tokens. */
export const KEY_TOKENS = 4;
/** Tokens that one mean query stands for. */
export const QUERY_TOKENS = 2;

/** Checks options and fills in defaults. @throws ConfigError naming the option. */
export function resolveSelection(options: SelectOptions): Selection {
  const selection: Selection = { ...DEFAULTS, ...options };
  const { keep, leastTokens, initialTokens, localTokens, blockTokens, paddingTokens, rounds, bias } = selection;
  checkKeep(keep);
  checkCount("select.leastTokens", leastTokens, 1);
  checkCount("select.initialTokens", initialTokens, 1);
  checkCount("select.localTokens", localTokens, 0);
  checkCount("select.paddingTokens", paddingTokens, 0);
  checkCount("select.blockTokens", blockTokens, KEY_TOKENS);
  const refuse = (option: string, reason: string): never => {
    throw new ConfigError({ option, reason });
  };
  if (blockTokens % KEY_TOKENS !== 0) refuse("select.blockTokens", `is ${blockTokens}; give a multiple of ${KEY_TOKENS}.`);
  const ascends = Array.isArray(rounds) && rounds.every((share, index) => share > (rounds[index - 1] ?? 0)) && rounds.at(-1) === 1;
  if (!ascends) refuse("select.rounds", `is ${JSON.stringify(rounds)}; give shares that ascend to 1, such as [0.4, 1].`);
  if (typeof bias !== "boolean") refuse("select.bias", `is ${JSON.stringify(bias)}; give true or false.`);
  return selection;
}

function checkKeep(keep: Selection["keep"]): void {
  const [[form, limit] = [], ...others] = Object.entries(keep ?? {});
  if (form === undefined || others.length > 0 || !["ratio", "tokens"].includes(form)) {
    throw new ConfigError({ option: "select.keep", reason: `is ${JSON.stringify(keep)}; give { ratio } or { tokens }.` });
  }
  if (typeof limit !== "number" || !(limit > 0) || (form === "ratio" && limit > 1)) {
    const range = form === "ratio" ? "the share that is kept, above 0 and at most 1" : "a number of tokens above 0";
    throw new ConfigError({ option: `select.keep.${form}`, reason: `is ${String(limit)}; give ${range}.` });
  }
}
