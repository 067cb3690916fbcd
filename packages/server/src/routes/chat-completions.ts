import { randomUUID } from "node:crypto";
import type { Hono } from "hono";
import type { AppEnv, RouteContext } from "../app-env.ts";
import { blameField } from "../errors/blame-field.ts";
import { checkTarget } from "../generation/check-target.ts";
import { collectChoices } from "../generation/collect-choices.ts";
import { planChoices } from "../generation/plan-choices.ts";
import { runChoices } from "../generation/run-choices.ts";
import { tokenLimit } from "../generation/token-limit.ts";
import { allowOnly } from "../http/method-not-allowed.ts";
import { chatCompletionBody } from "../schemas/chat-completion-body.ts";
import { parse } from "../schemas/parse.ts";
import { refuseUnsupportedFields } from "../schemas/unsupported-fields.ts";
import type { ServerState } from "../server-state.ts";
import { answerStream } from "../sse/answer-stream.ts";
import { type ChatAnswer, chatChunks, chatResponse } from "./chat-answer.ts";
import { bodyOf, reportError } from "./route-tools.ts";

const path = "/v1/chat/completions";

/** `POST /v1/chat/completions`. */
export function chatCompletionRoutes(app: Hono<AppEnv>, state: ServerState): void {
  app.post(path, async (context) => chatCompletion(context, state));
  allowOnly(app, path, ["POST"]);
}

async function chatCompletion(context: RouteContext, state: ServerState): Promise<Response> {
  const startedAt = performance.now();
  const engine = state.engine();
  const tenant = context.get("tenant");
  const raw = await bodyOf(state, context);
  const body = parse(chatCompletionBody, raw);
  refuseUnsupportedFields(raw);
  const target = await checkTarget(engine, body, tenant);
  const tokens = await blameField("messages", engine.tokenizeChat(body.messages, { contexts: target.contexts, tenant }));
  const maxTokens = tokenLimit({
    promptTokens: tokens.length,
    contextTokens: target.contextTokens,
    maxTokens: body.max_completion_tokens ?? body.max_tokens,
    maxModelLength: engine.info.maxModelLength,
    param: "messages",
  });
  const logprobs = body.logprobs === true ? (body.top_logprobs ?? 0) : undefined;
  const choices = planChoices(state, engine, { body, prompts: [{ tokens, maxTokens }], target, tenant, logprobs });
  const answer: ChatAnswer = {
    id: `chatcmpl-${randomUUID()}`,
    created: Math.floor(Date.now() / 1000),
    model: engine.info.model,
    choices,
    hasLogprobs: body.logprobs === true,
    hasTokenIds: body.return_token_ids === true,
    hasUsageChunk: body.stream_options?.include_usage === true,
  };
  const run = runChoices(state, engine, choices, context.req.raw.signal, startedAt);
  if (body.stream === true) return answerStream(run, chatChunks(answer), (error) => reportError(state, context, error));
  return context.json(chatResponse(answer, await collectChoices(choices, run.events)));
}
