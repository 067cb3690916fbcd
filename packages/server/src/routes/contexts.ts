import type { ContextInfo } from "@kvasir/model-runtime";
import type { Hono } from "hono";
import type { AppEnv, RouteContext } from "../app-env.ts";
import { ApiError } from "../errors/api-error.ts";
import { blameField } from "../errors/blame-field.ts";
import { serverStopped } from "../errors/server-stopped.ts";
import { checkPolicy } from "../generation/check-target.ts";
import { linkAbort } from "../http/link-abort.ts";
import { allowOnly } from "../http/method-not-allowed.ts";
import { contextBody } from "../schemas/context-body.ts";
import { parse } from "../schemas/parse.ts";
import type { ServerState } from "../server-state.ts";
import { bodyOf } from "./route-tools.ts";

const path = "/v1/contexts";
const contextPath = "/v1/contexts/:id";

/** The contexts API: texts whose KV is computed once and then read by any number of requests. */
export function contextRoutes(app: Hono<AppEnv>, state: ServerState): void {
  app.post(path, async (context) => createContext(context, state));
  app.get(path, async (context) => {
    const contexts = await state.engine().listContexts(context.get("tenant"));
    return context.json({ object: "list", data: contexts.map(contextObject) });
  });
  allowOnly(app, path, ["GET", "POST"]);

  app.get(contextPath, async (context) => {
    const id = context.req.param("id");
    const info = await state.engine().getContext(id, context.get("tenant"));
    if (info === undefined) throw notFound(id);
    return context.json(contextObject(info));
  });
  app.delete(contextPath, async (context) => {
    const id = context.req.param("id");
    const isDeleted = await state.engine().deleteContext(id, context.get("tenant"));
    if (!isDeleted) throw notFound(id);
    return context.json({ id, object: "context", deleted: true });
  });
  allowOnly(app, contextPath, ["GET", "DELETE"]);
}

async function createContext(context: RouteContext, state: ServerState): Promise<Response> {
  const engine = state.engine();
  const { id, title, content, visibility, policy } = parse(contextBody, await bodyOf(state, context));
  checkPolicy(engine, policy, "policy");
  const linked = linkAbort([context.req.raw.signal, state.shutdown.signal]);
  try {
    const registration = engine.createContext(
      {
        ...(id === undefined ? {} : { id }),
        ...(title === undefined ? {} : { title }),
        ...(policy === undefined ? {} : { policy }),
        content,
        visibility,
        tenant: context.get("tenant"),
      },
      linked.signal,
    );
    const created = await blameField("content", registration);
    return context.json(contextObject(created.context), created.isNew ? 201 : 200);
  } catch (error) {
    throw state.shutdown.signal.aborted ? serverStopped(error) : error;
  } finally {
    linked.dispose();
  }
}

function contextObject(info: ContextInfo): object {
  return {
    id: info.id,
    object: "context",
    created: info.created,
    title: info.title,
    tokens: info.tokens,
    status: "ready",
    visibility: info.visibility,
    kv: { bytes: info.kvBytes, dense_bytes: info.denseKvBytes, policy: info.policy },
  };
}

function notFound(id: string): ApiError {
  return new ApiError(404, `There is no context "${id}".`, { param: "id", openaiCode: "context_not_found" });
}
