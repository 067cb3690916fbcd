import { randomUUID } from "node:crypto";
import { Hono } from "hono";
import type { AppEnv, RouteContext } from "./app-env.ts";
import { ApiError } from "./errors/api-error.ts";
import { errorBody } from "./errors/error-body.ts";
import { ServerConfigError } from "./errors/server-config-error.ts";
import { authenticate } from "./http/authenticate.ts";
import { guardBrowsers } from "./http/guard-browsers.ts";
import { chatCompletionRoutes } from "./routes/chat-completions.ts";
import { completionRoutes } from "./routes/completions.ts";
import { contextRoutes } from "./routes/contexts.ts";
import { healthRoutes } from "./routes/health.ts";
import { metricsRoutes } from "./routes/metrics.ts";
import { modelRoutes } from "./routes/models.ts";
import { reportError } from "./routes/route-tools.ts";
import { startPageRoutes } from "./routes/start-page.ts";
import { tokenizeRoutes } from "./routes/tokenize.ts";
import type { ServerOptions } from "./server-options.ts";
import { createServerState, type ServerState } from "./server-state.ts";

/** The HTTP surface without a socket: requests in, responses out. */
export interface KvasirServer {
  readonly fetch: (request: Request) => Response | Promise<Response>;
  /** Refuses requests from now on; `/health` answers 503. */
  startDraining(): void;
  /** Ends requests that still run; their clients get an error. */
  abortRequests(): void;
}

/**
 * Builds the HTTP surface over an engine. The engine stays the caller's: close it after the server.
 * @throws ServerConfigError for an API key that no client could send.
 */
export function createServer(options: ServerOptions): KvasirServer {
  const badKey = (options.apiKeys ?? []).findIndex((key) => !/^\S+$/.test(key));
  if (badKey >= 0) throw new ServerConfigError(`API key ${badKey + 1} is empty or has spaces. Give keys of visible characters only.`);
  const state = createServerState(options);
  const app = createApp(state);
  return {
    fetch: (request) => app.fetch(request),
    startDraining: () => state.startDraining(),
    abortRequests: () => state.shutdown.abort(),
  };
}

function createApp(state: ServerState): Hono<AppEnv> {
  const app = new Hono<AppEnv>();
  app.use(async (context, next) => {
    context.set("requestId", randomUUID());
    await next();
    context.header("x-request-id", context.get("requestId"));
  });
  for (const guard of guardBrowsers(state.options)) app.use(guard);
  healthRoutes(app, state);
  app.use(authenticate(state.options.apiKeys ?? []));
  chatCompletionRoutes(app, state);
  completionRoutes(app, state);
  modelRoutes(app, state);
  contextRoutes(app, state);
  tokenizeRoutes(app, state);
  metricsRoutes(app, state);
  startPageRoutes(app, state);
  app.notFound((context) => {
    const { method, path } = context.req;
    return errorResponse(context, new ApiError(404, `There is nothing at ${method} ${path}.`, { openaiCode: "not_found" }));
  });
  app.onError((error, context) => {
    // Nobody reads this answer; what a cut connection threw is no fault of the server's.
    if (context.req.raw.signal.aborted) return context.body(null, 400);
    return errorResponse(context, reportError(state, context, error));
  });
  return app;
}

function errorResponse(context: RouteContext, error: ApiError): Response {
  return context.json(errorBody(error), error.status, error.headers);
}
