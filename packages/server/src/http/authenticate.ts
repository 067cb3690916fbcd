import { createHash, timingSafeEqual } from "node:crypto";
import type { MiddlewareHandler } from "hono";
import type { AppEnv } from "../app-env.ts";
import { ApiError } from "../errors/api-error.ts";

/**
 * Sets the tenant, and with keys lets only their holders in.
 * Keys are compared as hashes, all of them each time, so that the time taken tells nothing about them.
 */
export function authenticate(apiKeys: readonly string[]): MiddlewareHandler<AppEnv> {
  const keyHashes = apiKeys.map(hash);
  return async (context, next) => {
    context.set("tenant", keyHashes.length === 0 ? "default" : tenantOf(context.req.header("authorization"), keyHashes));
    await next();
  };
}

function tenantOf(authorization: string | undefined, keyHashes: readonly Buffer[]): string {
  const key = /^Bearer +(\S+) *$/i.exec(authorization ?? "")?.[1];
  if (key === undefined) {
    throw unauthorized('This server needs an API key: send it as "Authorization: Bearer KEY".');
  }
  const presented = hash(key);
  let isKnown = false;
  for (const keyHash of keyHashes) isKnown = timingSafeEqual(keyHash, presented) || isKnown;
  if (!isKnown) throw unauthorized("The API key is not valid.");
  return presented.toString("hex");
}

function hash(key: string): Buffer {
  return createHash("sha256").update(key).digest();
}

function unauthorized(message: string): ApiError {
  return new ApiError(401, message, { openaiCode: "invalid_api_key", headers: { "www-authenticate": "Bearer" } });
}
