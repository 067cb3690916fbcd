import type { PositionLogprobs, TokenLogprob } from "@kvasir/model-runtime";
import { jsonLogprob } from "./json-logprob.ts";

interface ChatTokenLogprob {
  readonly token: string;
  readonly logprob: number;
  /** UTF-8 of the token; null where the token is a part of a character. */
  readonly bytes: readonly number[] | null;
}

/** `logprobs` of a chat choice. */
export interface ChatLogprobs {
  readonly content: readonly (ChatTokenLogprob & { readonly top_logprobs: readonly ChatTokenLogprob[] })[];
  readonly refusal: null;
}

export function chatLogprobs(positions: readonly PositionLogprobs[]): ChatLogprobs {
  return {
    content: positions.map((position) => ({ ...tokenLogprob(position), top_logprobs: position.top.map(tokenLogprob) })),
    refusal: null,
  };
}

function tokenLogprob(entry: TokenLogprob): ChatTokenLogprob {
  const isPartOfCharacter = entry.text.includes("\uFFFD");
  return { token: entry.text, logprob: jsonLogprob(entry.logprob), bytes: isPartOfCharacter ? null : [...Buffer.from(entry.text)] };
}
