import { renderMessage } from "../prompt/render-message.ts";
import type { Answer, Answerer, AnswerUsage } from "../run/answerer.ts";
import { postJson, type ServerAddress } from "./api-client.ts";
import { field, numberField } from "./json-fields.ts";

export interface ServerAnswererOptions extends ServerAddress {
  /** Name the server knows its model by. */
  readonly model: string;
  /** Raw prompts to `/completions` instead of messages to `/chat/completions`. */
  readonly completions: boolean;
  /** Whether requests name their policy, which servers other than Kvasir's do not know. */
  readonly namesPolicy: boolean;
}

/**
 * Answers with a server. All documents stand in one message. The answer prefix ends that message, as in RULER's own clients of APIs,
 * since chat APIs leave no way to begin the assistant's turn; in raw prompts it ends the prompt.
 */
export function serverAnswerer(options: ServerAnswererOptions): Answerer {
  return {
    async answer(request): Promise<Answer> {
      const { question, signal, policy } = request;
      const text = `${renderMessage(request.exercise, question).text}${question.answerPrefix}`;
      const prompt = options.completions ? { prompt: text } : { messages: [{ role: "user", content: text }] };
      const path = options.completions ? "/completions" : "/chat/completions";
      const body = {
        model: options.model,
        ...prompt,
        max_tokens: question.maxNewTokens,
        temperature: 0,
        ...(options.namesPolicy ? { kvasir: { policy } } : {}),
      };
      const start = performance.now();
      const response = await postJson(options, path, body, signal);
      const seconds = (performance.now() - start) / 1000;
      return { ...readChoice(response, options.completions), usage: readUsage(response), seconds };
    },
  };
}

function readChoice(response: unknown, isCompletion: boolean): Pick<Answer, "text" | "finishReason"> {
  const choices = field(response, "choices");
  const choice: unknown = Array.isArray(choices) ? choices[0] : undefined;
  const text = isCompletion ? field(choice, "text") : field(field(choice, "message"), "content");
  const reason = field(choice, "finish_reason");
  // A reply without content is an answer too: an empty one.
  return { text: typeof text === "string" ? text : "", finishReason: typeof reason === "string" ? reason : "unknown" };
}

function readUsage(response: unknown): AnswerUsage {
  const usage = field(response, "usage");
  const kvasir = field(usage, "kvasir");
  const figures = {
    cachedTokens: numberField(field(usage, "prompt_tokens_details"), "cached_tokens"),
    keptRatio: numberField(kvasir, "kept_ratio"),
    kvBytes: numberField(kvasir, "kv_bytes"),
    denseKvBytes: numberField(kvasir, "dense_kv_bytes"),
  };
  const known = Object.fromEntries(Object.entries(figures).filter(([, value]) => value !== undefined));
  return {
    promptTokens: numberField(usage, "prompt_tokens") ?? Number.NaN,
    completionTokens: numberField(usage, "completion_tokens") ?? Number.NaN,
    ...known,
  };
}
