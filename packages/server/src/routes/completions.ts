import { randomUUID } from "node:crypto";
import type { Engine } from "@kvasir/model-runtime";
import type { Hono } from "hono";
import type { AppEnv, RouteContext } from "../app-env.ts";
import { ApiError } from "../errors/api-error.ts";
import { blameField } from "../errors/blame-field.ts";
import { checkTarget, type GenerationTarget } from "../generation/check-target.ts";
import { collectChoices } from "../generation/collect-choices.ts";
import { planChoices, type PlannedPrompt } from "../generation/plan-choices.ts";
import { runChoices } from "../generation/run-choices.ts";
import { tokenLimit } from "../generation/token-limit.ts";
import { allowOnly } from "../http/method-not-allowed.ts";
import { type CompletionBody, completionBody } from "../schemas/completion-body.ts";
import { parse } from "../schemas/parse.ts";
import type { Prompt } from "../schemas/prompt.ts";
import { refuseUnsupportedFields } from "../schemas/unsupported-fields.ts";
import type { ServerState } from "../server-state.ts";
import { answerStream } from "../sse/answer-stream.ts";
import { type CompletionAnswer, completionChunks, completionResponse } from "./completion-answer.ts";
import { bodyOf, reportError } from "./route-tools.ts";

const path = "/v1/completions";
/** The API's own default. */
const defaultMaxTokens = 16;

/** `POST /v1/completions`. */
export function completionRoutes(app: Hono<AppEnv>, state: ServerState): void {
  app.post(path, async (context) => completion(context, state));
  allowOnly(app, path, ["POST"]);
}

async function completion(context: RouteContext, state: ServerState): Promise<Response> {
  const startedAt = performance.now();
  const engine = state.engine();
  const tenant = context.get("tenant");
  const raw = await bodyOf(state, context);
  const body = parse(completionBody, raw);
  refuseUnsupportedFields(raw);
  const target = await checkTarget(engine, body, tenant);
  const prompts = await planPrompts(engine, body, target);
  const isEcho = body.echo === true;
  const choices = planChoices(state, engine, {
    body,
    prompts,
    target,
    tenant,
    logprobs: body.logprobs,
    promptLogprobs: isEcho ? body.logprobs : undefined,
  });
  const answer: CompletionAnswer = {
    id: `cmpl-${randomUUID()}`,
    created: Math.floor(Date.now() / 1000),
    model: engine.info.model,
    promptTexts: isEcho ? await Promise.all(body.prompt.map(async (prompt) => promptText(engine, prompt))) : undefined,
    tokenTexts: async (tokens) => engine.tokenTexts(tokens),
    hasLogprobs: body.logprobs !== undefined,
    hasTokenIds: body.return_token_ids === true,
    hasUsageChunk: body.stream_options?.include_usage === true,
  };
  const run = runChoices(state, engine, choices, context.req.raw.signal, startedAt);
  if (body.stream === true) return answerStream(run, completionChunks(answer), (error) => reportError(state, context, error));
  return context.json(await completionResponse(answer, await collectChoices(choices, run.events)));
}

async function planPrompts(engine: Engine, body: CompletionBody, target: GenerationTarget): Promise<readonly PlannedPrompt[]> {
  const isList = body.prompt.length > 1;
  // A context brings its own start of text.
  const addSpecialTokens = body.add_special_tokens ?? target.contexts.length === 0;
  return Promise.all(
    body.prompt.map(async (prompt, index) => {
      const param = isList ? `prompt.${index}` : "prompt";
      const tokens =
        typeof prompt === "string"
          ? await blameField(param, engine.tokenize(prompt, { addSpecialTokens }))
          : checkTokens(prompt, engine, param);
      const maxTokens = tokenLimit({
        promptTokens: tokens.length,
        contextTokens: target.contextTokens,
        maxTokens: body.max_tokens,
        defaultMaxTokens,
        maxModelLength: engine.info.maxModelLength,
        param,
      });
      return { tokens, maxTokens };
    }),
  );
}

function checkTokens(tokens: readonly number[], engine: Engine, param: string): readonly number[] {
  const { vocabularySize } = engine.info;
  const index = tokens.findIndex((token) => token >= vocabularySize);
  if (index < 0) return tokens;
  throw new ApiError(400, `${param}.${index}: token ${tokens[index]} is outside the vocabulary of ${vocabularySize} tokens.`, {
    param: `${param}.${index}`,
    openaiCode: "invalid_token",
  });
}

async function promptText(engine: Engine, prompt: Prompt): Promise<string> {
  return typeof prompt === "string" ? prompt : engine.detokenize(prompt);
}
