import { titleTokens, type TokenCounter } from "../prompt/prompt-text.ts";
import { besideApi, headersOf, type ServerAddress } from "./api-client.ts";
import { SyncPoster } from "./sync-poster.ts";
import { findDialect, PROBE, type Post, type TokenizerDialect } from "./tokenizer-dialects.ts";

/** Counts tokens by asking a server. */
export interface ServerTokenizer extends TokenCounter {
  readonly dialect: TokenizerDialect["name"];
  close(): Promise<void>;
}

export interface ServerTokenizerOptions {
  /** Name the server knows its model by. */
  readonly model: string;
  /** Whether prompts will be raw, without a chat template around them. */
  readonly completions: boolean;
}

/**
 * Opens the tokenizer of a server: `/tokenize` of Kvasir and vLLM, or that of llama.cpp's server. Exercises are sized by synchronous
 * counts, so requests are made in a thread of their own while this one waits.
 * @throws ConfigError where the server has none
 */
export function openServerTokenizer(address: ServerAddress, options: ServerTokenizerOptions): ServerTokenizer {
  const poster = new SyncPoster(headersOf(address));
  try {
    const post: Post = (path, body) => poster.post(besideApi(address, path), body);
    const dialect = findDialect(post, options.model, address.url);
    return { dialect: dialect.name, ...createCounter(dialect, options), close: () => poster.close() };
  } catch (error) {
    void poster.close();
    throw error;
  }
}

/** Counts in a dialect, each short text once. */
export function createCounter(dialect: TokenizerDialect, { completions }: Pick<ServerTokenizerOptions, "completions">): TokenCounter {
  const cache = new Map<string, number>();
  const countTokens = (text: string): number => {
    const known = cache.get(text);
    if (known !== undefined) return known;
    const count = text === "" ? 0 : dialect.count(text, false);
    // Longer texts hardly ever come twice.
    if (text.length < 1000) cache.set(text, count);
    return count;
  };
  const whole = completions ? dialect.count(PROBE, true) : dialect.countChat(PROBE);
  return { countTokens, overhead: { perDocument: titleTokens(countTokens), perQuestion: whole - countTokens(PROBE) } };
}
