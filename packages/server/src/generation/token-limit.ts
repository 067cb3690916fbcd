import { ApiError } from "../errors/api-error.ts";

export interface TokenLimitInput {
  readonly promptTokens: number;
  readonly contextTokens: number;
  /** What the request asked for. */
  readonly maxTokens: number | undefined;
  /** Where it did not ask; absent: as many as fit. */
  readonly defaultMaxTokens?: number;
  /** Longest sequence of the model. */
  readonly maxModelLength: number;
  /** Field that holds the prompt. */
  readonly param: string;
}

/**
 * How many tokens may be generated. A prompt is never shortened to fit.
 * @throws ApiError 400 `context_length_exceeded`, or `prompt_empty`.
 */
export function tokenLimit(input: TokenLimitInput): number {
  const { contextTokens, maxTokens, maxModelLength, param } = input;
  const total = input.promptTokens + contextTokens;
  if (total === 0) throw new ApiError(400, `${param}: the prompt is empty.`, { param, openaiCode: "prompt_empty" });
  const room = maxModelLength - total;
  const counted = contextTokens === 0 ? `${total} tokens` : `${total} tokens, ${contextTokens} of them from contexts`;
  if (room < 0 || (room === 0 && maxTokens !== 0)) {
    throw new ApiError(
      400,
      `The prompt has ${counted}, but the model takes at most ${maxModelLength} tokens with the completion. Shorten the prompt.`,
      {
        param,
        openaiCode: "context_length_exceeded",
      },
    );
  }
  if (maxTokens === undefined) return Math.min(input.defaultMaxTokens ?? room, room);
  if (maxTokens <= room) return maxTokens;
  throw new ApiError(
    400,
    `The prompt has ${counted}, and max_tokens asks for ${maxTokens} more, but the model takes at most ${maxModelLength} in all. Lower max_tokens to ${room} or shorten the prompt.`,
    { param: "max_tokens", openaiCode: "context_length_exceeded" },
  );
}
