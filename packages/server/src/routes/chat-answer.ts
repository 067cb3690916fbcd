import { chatLogprobs } from "../generation/chat-logprobs.ts";
import type { Choice, ChoiceEvent, ChoiceResult } from "../generation/choice.ts";
import { usageBody } from "../generation/usage.ts";
import type { ChunkFormat } from "../sse/answer-stream.ts";

/** What all parts of one chat answer share. */
export interface ChatAnswer {
  readonly id: string;
  /** Unix seconds. */
  readonly created: number;
  readonly model: string;
  readonly choices: readonly Choice[];
  readonly hasLogprobs: boolean;
  readonly hasTokenIds: boolean;
  readonly hasUsageChunk: boolean;
}

/** Body of an answer that is not streamed. */
export function chatResponse(answer: ChatAnswer, results: readonly ChoiceResult[]): object {
  return {
    id: answer.id,
    object: "chat.completion",
    created: answer.created,
    model: answer.model,
    choices: results.map(({ choice, text, tokens, logprobs, reason }) => ({
      index: choice.index,
      message: { role: "assistant", content: text, refusal: null },
      logprobs: answer.hasLogprobs ? chatLogprobs(logprobs) : null,
      finish_reason: reason,
      ...(answer.hasTokenIds ? { prompt_token_ids: choice.request.prompt, token_ids: tokens } : {}),
    })),
    usage: usageBody(results.map(({ choice, usage }) => ({ prompt: choice.prompt, usage }))),
  };
}

/** Chunks of a streamed answer: the role, the text as it comes, the reason it ended. */
export function chatChunks(answer: ChatAnswer): ChunkFormat {
  const chunk = (choices: readonly object[], usage: object | null): object => ({
    id: answer.id,
    object: "chat.completion.chunk",
    created: answer.created,
    model: answer.model,
    choices,
    ...(answer.hasUsageChunk ? { usage } : {}),
  });
  const opening = (choice: Choice): object => ({
    index: choice.index,
    delta: { role: "assistant", content: "" },
    logprobs: null,
    finish_reason: null,
    ...(answer.hasTokenIds ? { prompt_token_ids: choice.request.prompt, token_ids: [] } : {}),
  });
  const show = ({ choice, event }: ChoiceEvent): readonly object[] => {
    const { index } = choice;
    if (event.type === "prompt-ready") return [];
    if (event.type === "finished") return [{ index, delta: {}, logprobs: null, finish_reason: event.reason }];
    if (event.text === "" && !answer.hasLogprobs && !answer.hasTokenIds) return [];
    return [
      {
        index,
        delta: { content: event.text },
        logprobs: answer.hasLogprobs ? chatLogprobs(event.logprobs ?? []) : null,
        finish_reason: null,
        ...(answer.hasTokenIds ? { token_ids: event.tokens } : {}),
      },
    ];
  };
  return {
    opening: () => answer.choices.map((choice) => chunk([opening(choice)], null)),
    chunks: (entry) => show(entry).map((choice) => chunk([choice], null)),
    ...(answer.hasUsageChunk ? { usage: (usage: object) => chunk([], usage) } : {}),
  };
}
