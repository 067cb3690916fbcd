import type { Hono } from "hono";
import type { AppEnv } from "../app-env.ts";
import { ApiError } from "../errors/api-error.ts";
import { blameField } from "../errors/blame-field.ts";
import { allowOnly } from "../http/method-not-allowed.ts";
import { parse } from "../schemas/parse.ts";
import { detokenizeBody, tokenizeBody } from "../schemas/tokenize-body.ts";
import type { ServerState } from "../server-state.ts";
import { bodyOf } from "./route-tools.ts";

/** `POST /tokenize` and `POST /detokenize`. */
export function tokenizeRoutes(app: Hono<AppEnv>, state: ServerState): void {
  app.post("/tokenize", async (context) => {
    const engine = state.engine();
    const body = parse(tokenizeBody, await bodyOf(state, context));
    const tokens =
      "prompt" in body
        ? await blameField("prompt", engine.tokenize(body.prompt, { addSpecialTokens: body.add_special_tokens }))
        : await blameField("messages", engine.tokenizeChat(body.messages, { contexts: [], tenant: context.get("tenant") }));
    return context.json({ tokens, count: tokens.length, max_model_len: engine.info.maxModelLength });
  });
  allowOnly(app, "/tokenize", ["POST"]);

  app.post("/detokenize", async (context) => {
    const engine = state.engine();
    const { tokens } = parse(detokenizeBody, await bodyOf(state, context));
    const { vocabularySize } = engine.info;
    const index = tokens.findIndex((token) => token >= vocabularySize);
    if (index >= 0) {
      throw new ApiError(400, `tokens.${index}: token ${tokens[index]} is outside the vocabulary of ${vocabularySize} tokens.`, {
        param: `tokens.${index}`,
        openaiCode: "invalid_token",
      });
    }
    return context.json({ prompt: await engine.detokenize(tokens) });
  });
  allowOnly(app, "/detokenize", ["POST"]);
}
