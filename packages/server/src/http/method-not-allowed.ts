import type { Hono } from "hono";
import type { AppEnv } from "../app-env.ts";
import { ApiError } from "../errors/api-error.ts";

/** Answers other methods on a known path with 405. Register after the path's own routes. */
export function allowOnly(app: Hono<AppEnv>, path: string, methods: readonly string[]): void {
  const allow = methods.includes("GET") ? [...methods, "HEAD"].join(", ") : methods.join(", ");
  app.all(path, (context) => {
    throw new ApiError(405, `${context.req.method} is not allowed on ${context.req.path}. Allowed: ${allow}.`, {
      openaiCode: "method_not_allowed",
      headers: { allow },
    });
  });
}
