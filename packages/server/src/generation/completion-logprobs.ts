import type { PositionLogprobs } from "@kvasir/model-runtime";
import { jsonLogprob } from "./json-logprob.ts";

/** `logprobs` of a completion choice: four lists of one length. */
export interface CompletionLogprobs {
  readonly tokens: readonly string[];
  readonly token_logprobs: readonly (number | null)[];
  /** Most likely tokens by text, the chosen one always among them. */
  readonly top_logprobs: readonly (Readonly<Record<string, number>> | null)[];
  /** Where each token starts in the choice's text, in Unicode code points. */
  readonly text_offset: readonly number[];
}

/** A position whose token has no log-probability: the first of a prompt. */
export interface UnscoredPosition {
  readonly text: string;
  readonly logprob: null;
}

export type ScoredPosition = PositionLogprobs | UnscoredPosition;

/** @param offset code points of the choice's text before the first position. */
export function completionLogprobs(positions: readonly ScoredPosition[], offset: number): CompletionLogprobs {
  const offsets: number[] = [];
  let at = offset;
  for (const { text } of positions) {
    offsets.push(at);
    at += codePointCount(text);
  }
  return {
    tokens: positions.map(({ text }) => text),
    token_logprobs: positions.map(({ logprob }) => (logprob === null ? null : jsonLogprob(logprob))),
    top_logprobs: positions.map((position) => (position.logprob === null ? null : topByText(position))),
    text_offset: offsets,
  };
}

/** Length as clients in Python count it. */
export function codePointCount(text: string): number {
  let count = 0;
  for (const _ of text) count++;
  return count;
}

function topByText(position: PositionLogprobs): Readonly<Record<string, number>> {
  const byText = new Map<string, number>();
  // Parts of characters may share a text; the likeliest stands for it.
  for (const entry of [...position.top, position]) {
    const known = byText.get(entry.text);
    const logprob = jsonLogprob(entry.logprob);
    if (known === undefined || logprob > known) byText.set(entry.text, logprob);
  }
  return Object.fromEntries(byText);
}
