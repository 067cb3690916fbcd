import type { Hono } from "hono";
import type { AppEnv } from "../app-env.ts";
import { allowOnly } from "../http/method-not-allowed.ts";
import type { ServerState } from "../server-state.ts";

const path = "/metrics";

/** `GET /metrics`: Prometheus text. Works while the server loads or drains, with what is known then. */
export function metricsRoutes(app: Hono<AppEnv>, state: ServerState): void {
  app.get(path, async (context) => {
    const stats = await state.loadedEngine?.stats();
    return context.body(await state.metrics.render(stats), 200, { "content-type": state.metrics.contentType });
  });
  allowOnly(app, path, ["GET"]);
}
