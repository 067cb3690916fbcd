import { isIP } from "node:net";
import type { MiddlewareHandler } from "hono";
import { cors } from "hono/cors";
import type { AppEnv } from "../app-env.ts";
import { ApiError } from "../errors/api-error.ts";
import type { ServerOptions } from "../server-options.ts";

/**
 * Keeps web pages of other sites from using the server through the browser of someone who can reach it. Without this a
 * page could post requests to a server on localhost, or read its answers through a name that resolves to it.
 */
export function guardBrowsers(options: ServerOptions): readonly MiddlewareHandler<AppEnv>[] {
  const origins = options.allowedOrigins ?? [];
  const { allowedHosts } = options;
  const guard: MiddlewareHandler<AppEnv> = async (context, next) => {
    const host = context.req.header("host") ?? "";
    const origin = context.req.header("origin");
    if (allowedHosts !== undefined && !isTrustedHost(host, allowedHosts)) {
      throw new ApiError(403, `Requests to the host name "${host}" are not served. Add it to allowedHosts if it is this server's.`, {
        openaiCode: "host_not_allowed",
      });
    }
    if (origin !== undefined && !isOwnOrigin(origin, host) && !origins.includes(origin)) {
      throw new ApiError(403, `Pages of ${origin} may not use this server. Add it to allowedOrigins if they should.`, {
        openaiCode: "origin_not_allowed",
      });
    }
    await next();
  };
  return origins.length === 0 ? [guard] : [guard, cors({ origin: [...origins], exposeHeaders: ["x-request-id", "retry-after"] })];
}

function isTrustedHost(host: string, allowed: readonly string[]): boolean {
  const name = host.replace(/:\d+$/, "").toLowerCase();
  const address = name.replace(/^\[(.*)\]$/, "$1");
  return name === "localhost" || name.endsWith(".localhost") || isIP(address) !== 0 || allowed.includes(name);
}

function isOwnOrigin(origin: string, host: string): boolean {
  return URL.canParse(origin) && new URL(origin).host === host.toLowerCase();
}
