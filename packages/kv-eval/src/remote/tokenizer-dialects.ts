import { ConfigError } from "@kvasir/kv-core";
import { field, listLength } from "./json-fields.ts";

/** Posts JSON to a path beside the API and returns what comes back. @throws where the server refuses */
export type Post = (path: string, body: object) => unknown;

/** How a server is asked for tokens. */
export interface TokenizerDialect {
  readonly name: "openai-style" | "llama.cpp";
  count(text: string, addsSpecialTokens: boolean): number;
  /** Tokens of a chat with one user message, ready for an answer. */
  countChat(message: string): number;
}

/** Words that every tokenizer knows how to take apart. */
export const PROBE = "the harbour office";

/**
 * Finds out which requests a server understands: those of Kvasir and vLLM, or those of llama.cpp's server.
 * @throws ConfigError where it has no tokenizer for clients
 */
export function findDialect(post: Post, model: string, url: string): TokenizerDialect {
  let problem = "";
  for (const dialect of [openAiStyle(post, model), llamaCpp(post)]) {
    try {
      // llama.cpp answers a request that it does not understand with no tokens.
      if (dialect.count(PROBE, false) > 0) return dialect;
    } catch (error) {
      problem ||= error instanceof Error ? error.message : String(error);
    }
  }
  throw new ConfigError({
    option: "--url",
    reason: `is ${url}, which has no /tokenize that answers (${problem || "no tokens came back"}). Say with --tokenizer PATH which model's tokenizer sizes the prompts.`,
  });
}

function openAiStyle(post: Post, model: string): TokenizerDialect {
  const count = (body: object): number => tokensOf(post("/tokenize", { model, ...body }));
  return {
    name: "openai-style",
    count: (prompt, addsSpecialTokens) => count({ prompt, add_special_tokens: addsSpecialTokens }),
    countChat: (content) => count({ messages: [{ role: "user", content }] }),
  };
}

/** llama.cpp's server renders a chat in a request of its own. */
function llamaCpp(post: Post): TokenizerDialect {
  const count = (content: string, addsSpecialTokens: boolean): number =>
    tokensOf(post("/tokenize", { content, add_special: addsSpecialTokens, parse_special: addsSpecialTokens }));
  return {
    name: "llama.cpp",
    count,
    countChat: (content) => count(String(field(post("/apply-template", { messages: [{ role: "user", content }] }), "prompt")), true),
  };
}

function tokensOf(response: unknown): number {
  const count = listLength(response, "tokens");
  if (count === undefined) throw new ConfigError({ option: "--url", reason: "has a /tokenize that sends no list of tokens." });
  return count;
}
