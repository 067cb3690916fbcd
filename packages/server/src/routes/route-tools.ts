import type { RouteContext } from "../app-env.ts";
import type { ApiError } from "../errors/api-error.ts";
import { toApiError } from "../errors/to-api-error.ts";
import { defaultBodyLimitBytes, readJson } from "../http/read-json.ts";
import type { ServerState } from "../server-state.ts";

/** Reads the JSON body of a request within the server's limit. */
export async function bodyOf(state: ServerState, context: RouteContext): Promise<unknown> {
  return readJson(context.req.raw, state.options.bodyLimitBytes ?? defaultBodyLimitBytes);
}

/** Makes an error fit for the client; one that is the server's fault is reported first. */
export function reportError(state: ServerState, context: RouteContext, error: unknown): ApiError {
  const id = context.get("requestId");
  const apiError = toApiError(error, id);
  if (apiError.status === 500) (state.options.onError ?? writeToStderr)(error, { id, method: context.req.method, path: context.req.path });
  return apiError;
}

function writeToStderr(error: unknown, request: { readonly id: string; readonly method: string; readonly path: string }): void {
  const description = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(`${request.method} ${request.path} (request ${request.id}) failed: ${description}\n`);
}
