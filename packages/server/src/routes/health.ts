import type { Hono } from "hono";
import type { AppEnv } from "../app-env.ts";
import { allowOnly } from "../http/method-not-allowed.ts";
import type { ServerState } from "../server-state.ts";

const path = "/health";

/** `GET /health`: 200 when requests are taken, else 503. Open to all, and never waits for the engine. */
export function healthRoutes(app: Hono<AppEnv>, state: ServerState): void {
  app.get(path, (context) => context.json({ status: state.readiness }, state.readiness === "ok" ? 200 : 503));
  allowOnly(app, path, ["GET"]);
}
