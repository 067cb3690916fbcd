import type { PositionLogprobs } from "@kvasir/model-runtime";
import type { Choice, ChoiceEvent, ChoiceResult } from "../generation/choice.ts";
import { codePointCount, type CompletionLogprobs, completionLogprobs, type ScoredPosition } from "../generation/completion-logprobs.ts";
import { usageBody } from "../generation/usage.ts";
import type { ChunkFormat } from "../sse/answer-stream.ts";

/** What all parts of one completion answer share. */
export interface CompletionAnswer {
  readonly id: string;
  /** Unix seconds. */
  readonly created: number;
  readonly model: string;
  /** Text of each prompt, where it is to be repeated. */
  readonly promptTexts: readonly string[] | undefined;
  tokenTexts(tokens: readonly number[]): Promise<string[]>;
  readonly hasLogprobs: boolean;
  readonly hasTokenIds: boolean;
  readonly hasUsageChunk: boolean;
}

/** Body of an answer that is not streamed. */
export async function completionResponse(answer: CompletionAnswer, results: readonly ChoiceResult[]): Promise<object> {
  return {
    id: answer.id,
    object: "text_completion",
    created: answer.created,
    model: answer.model,
    choices: await Promise.all(results.map(async (result) => completionChoice(answer, result))),
    usage: usageBody(results.map(({ choice, usage }) => ({ prompt: choice.prompt, usage }))),
  };
}

async function completionChoice(answer: CompletionAnswer, result: ChoiceResult): Promise<object> {
  const { choice, tokens } = result;
  const echoed = await echoedPositions(answer, choice, result.promptLogprobs);
  return {
    index: choice.index,
    text: (answer.promptTexts?.[choice.prompt] ?? "") + result.text,
    logprobs: answer.hasLogprobs ? completionLogprobs([...echoed, ...result.logprobs], 0) : null,
    finish_reason: result.reason,
    ...(answer.hasTokenIds ? { prompt_token_ids: choice.request.prompt, token_ids: tokens } : {}),
  };
}

/** The prompt's positions for `logprobs`; the engine gives no text where it has no log-probability, so that is looked up. */
async function echoedPositions(
  answer: CompletionAnswer,
  choice: Choice,
  positions: readonly (PositionLogprobs | null)[],
): Promise<readonly ScoredPosition[]> {
  if (answer.promptTexts === undefined || !answer.hasLogprobs) return [];
  const prompt = choice.request.prompt;
  const unscored = prompt.filter((_, index) => positions[index] == null);
  const texts = (await answer.tokenTexts(unscored)).values();
  return prompt.map((_, index) => positions[index] ?? { text: texts.next().value ?? "", logprob: null });
}

/** Chunks of a streamed answer: the prompt where it is repeated, the text as it comes, the reason it ended. */
export function completionChunks(answer: CompletionAnswer): ChunkFormat {
  const offsets = new Map<Choice, number>();
  const chunk = (choices: readonly object[], usage: object | null): object => ({
    id: answer.id,
    object: "text_completion",
    created: answer.created,
    model: answer.model,
    choices,
    ...(answer.hasUsageChunk ? { usage } : {}),
  });
  const logprobs = (choice: Choice, positions: readonly ScoredPosition[]): CompletionLogprobs | null => {
    if (!answer.hasLogprobs) return null;
    const offset = offsets.get(choice) ?? 0;
    offsets.set(choice, offset + positions.reduce((sum, { text }) => sum + codePointCount(text), 0));
    return completionLogprobs(positions, offset);
  };
  const show = async ({ choice, event }: ChoiceEvent): Promise<readonly object[]> => {
    const { index } = choice;
    if (event.type === "finished") return [{ index, text: "", logprobs: null, finish_reason: event.reason }];
    if (event.type === "prompt-ready") {
      const text = answer.promptTexts?.[choice.prompt] ?? "";
      if (text === "" && !answer.hasTokenIds) return [];
      const positions = await echoedPositions(answer, choice, event.promptLogprobs ?? []);
      const ids = answer.hasTokenIds ? { prompt_token_ids: choice.request.prompt, token_ids: [] } : {};
      return [{ index, text, logprobs: positions.length === 0 ? null : logprobs(choice, positions), finish_reason: null, ...ids }];
    }
    if (event.text === "" && !answer.hasLogprobs && !answer.hasTokenIds) return [];
    return [
      {
        index,
        text: event.text,
        logprobs: logprobs(choice, event.logprobs ?? []),
        finish_reason: null,
        ...(answer.hasTokenIds ? { token_ids: event.tokens } : {}),
      },
    ];
  };
  return {
    opening: () => [],
    chunks: async (entry) => (await show(entry)).map((choice) => chunk([choice], null)),
    ...(answer.hasUsageChunk ? { usage: (usage: object) => chunk([], usage) } : {}),
  };
}
