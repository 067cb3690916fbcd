import type { EngineInfo } from "@kvasir/model-runtime";
import type { Hono } from "hono";
import type { AppEnv } from "../app-env.ts";
import { checkModel } from "../generation/check-target.ts";
import { allowOnly } from "../http/method-not-allowed.ts";
import type { ServerState } from "../server-state.ts";

const path = "/v1/models";
/** Names may have slashes in them, as on the Hugging Face Hub. */
const modelPath = "/v1/models/:id{.+}";

/** `GET /v1/models` and `GET /v1/models/ID`: the one model that is served. */
export function modelRoutes(app: Hono<AppEnv>, state: ServerState): void {
  app.get(path, (context) => context.json({ object: "list", data: [modelBody(state.engine().info, state.startedAt)] }));
  allowOnly(app, path, ["GET"]);
  app.get(modelPath, (context) => {
    const engine = state.engine();
    checkModel(engine, context.req.param("id"));
    return context.json(modelBody(engine.info, state.startedAt));
  });
  allowOnly(app, modelPath, ["GET"]);
}

function modelBody(info: EngineInfo, created: number): object {
  return {
    id: info.model,
    object: "model",
    created,
    owned_by: "kvasir",
    max_model_len: info.maxModelLength,
    kvasir: {
      architecture: info.architecture,
      parameters: info.parameters,
      vocabulary_size: info.vocabularySize,
      policies: info.policies,
      default_policy: info.defaultPolicy,
      kv_dtype: info.kvDtype,
      kv_bytes_per_token: info.kvBytesPerToken,
    },
  };
}
