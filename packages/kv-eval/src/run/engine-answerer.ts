import type { Engine, GenerationUsage } from "@kvasir/model-runtime";
import { contextContents, type PromptText } from "../prompt/prompt-text.ts";
import type { Answer, Answerer, AnswerRequest, AnswerUsage } from "./answerer.ts";

export interface EngineAnswererOptions {
  /**
   * How documents of the layout `documents` reach the engine: `inline` as the tokens that contexts would give, computed in place;
   * `contexts` registered one by one and deleted afterwards, for policies that put cached contexts together.
   * @defaultValue "inline"
   */
  readonly documents?: "inline" | "contexts";
}

/** Answers with an engine. Every policy is a tenant of its own, so that none finds pages another has computed. */
export function engineAnswerer(engine: Engine, text: PromptText, options: EngineAnswererOptions = {}): Answerer {
  const registers = options.documents === "contexts";
  return {
    async answer(run): Promise<Answer> {
      // A signal of its own: engines listen to each request's until it is collected.
      const request = run.signal === undefined ? run : { ...run, signal: AbortSignal.any([run.signal]) };
      const { exercise, question, policy } = request;
      if (!registers || exercise.layout === "one-message")
        return generate(engine, request, text.promptTokens(exercise, question).tokens, []);
      const tenant = tenantOf(policy);
      const contexts: string[] = [];
      const start = performance.now();
      try {
        for (const content of contextContents(exercise)) {
          const { context } = await engine.createContext({ content, visibility: "private", policy, tenant }, request.signal);
          contexts.push(context.id);
        }
        const answer = await generate(engine, request, text.questionTokens(exercise, question), contexts);
        return { ...answer, seconds: (performance.now() - start) / 1000 };
      } finally {
        for (const id of new Set(contexts)) await engine.deleteContext(id, tenant);
      }
    },
  };
}

async function generate(
  engine: Engine,
  { question, policy, signal }: AnswerRequest,
  prompt: readonly number[],
  contexts: readonly string[],
): Promise<Answer> {
  const start = performance.now();
  const request = {
    prompt,
    contexts,
    policy,
    tenant: tenantOf(policy),
    maxTokens: question.maxNewTokens,
    sampling: { temperature: 0 },
    stop: [],
    ignoreEos: false,
  };
  let text = "";
  for await (const event of engine.generate(request, signal)) {
    if (event.type === "token-delta") text += event.text;
    if (event.type !== "finished") continue;
    if (event.reason === "cancelled") break;
    return { text, finishReason: event.reason, usage: usageOf(event.usage), seconds: (performance.now() - start) / 1000 };
  }
  signal?.throwIfAborted();
  throw new DOMException("The engine ended the request before its answer was complete.", "AbortError");
}

/** Figures of an engine's usage that results keep. */
export function usageOf(usage: GenerationUsage): AnswerUsage {
  const { promptTokens, completionTokens, cachedTokens, keptRatio, kvBytes, denseKvBytes } = usage;
  return { promptTokens, completionTokens, cachedTokens, keptRatio, kvBytes, denseKvBytes };
}

/** Tenant under which a policy's requests run. */
export function tenantOf(policy: string): string {
  return `eval ${policy}`;
}
