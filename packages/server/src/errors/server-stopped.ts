import { ApiError } from "./api-error.ts";

/** For a request that the server itself cut off. */
export function serverStopped(cause?: unknown): ApiError {
  return new ApiError(503, "The server stopped before the answer was complete.", {
    openaiCode: "shutting_down",
    headers: { "retry-after": "10" },
    cause,
  });
}
