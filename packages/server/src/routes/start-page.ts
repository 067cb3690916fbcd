import type { Hono } from "hono";
import type { AppEnv } from "../app-env.ts";
import { allowOnly } from "../http/method-not-allowed.ts";
import type { ServerState } from "../server-state.ts";
import { startPage } from "./start-page-html.ts";

const path = "/";

/** Nothing but this page's own styles may load or run. */
const contentSecurityPolicy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** `GET /`: a plain page on what runs here and how to call it. */
export function startPageRoutes(app: Hono<AppEnv>, state: ServerState): void {
  app.get(path, async (context) => {
    const engine = state.loadedEngine;
    const page = startPage({
      origin: new URL(context.req.url).origin,
      needsKey: (state.options.apiKeys ?? []).length > 0,
      readiness: state.readiness,
      info: engine?.info,
      stats: await engine?.stats(),
    });
    return context.html(page, 200, { "content-security-policy": contentSecurityPolicy, "x-content-type-options": "nosniff" });
  });
  allowOnly(app, path, ["GET"]);
}
