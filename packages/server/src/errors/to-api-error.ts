import { KvError, type KvErrorCode } from "@kvasir/kv-core";
import type { RejectionReason } from "@kvasir/model-runtime";
import { ApiError, type ErrorStatus } from "./api-error.ts";

interface Translation {
  readonly status: ErrorStatus;
  readonly openaiCode: string;
  readonly param?: string;
}

/** The engine's reasons. Their messages are written for whoever sent the request. */
const rejections: Readonly<Record<RejectionReason, Translation>> = {
  "unknown-policy": { status: 400, openaiCode: "policy_not_found", param: "kvasir.policy" },
  "unknown-context": { status: 404, openaiCode: "context_not_found", param: "kvasir.contexts" },
  "context-conflict": { status: 409, openaiCode: "context_conflict", param: "id" },
  "prompt-too-long": { status: 400, openaiCode: "context_length_exceeded" },
  "prompt-empty": { status: 400, openaiCode: "prompt_empty" },
  "exceeds-memory": { status: 400, openaiCode: "context_length_exceeded" },
  "invalid-token": { status: 400, openaiCode: "invalid_token" },
  "invalid-option": { status: 400, openaiCode: "invalid_option" },
  "invalid-messages": { status: 400, openaiCode: "invalid_messages", param: "messages" },
  busy: { status: 429, openaiCode: "engine_busy" },
  closing: { status: 503, openaiCode: "shutting_down" },
};

/** Other errors a client can act on. What is not here is answered with 500 and no detail. */
const byCode: Readonly<Partial<Record<KvErrorCode, Translation>>> = {
  KV_OUT_OF_PAGES: { status: 429, openaiCode: "engine_busy" },
  KV_NO_SUCH_POLICY: { status: 400, openaiCode: "policy_not_found", param: "kvasir.policy" },
  KV_POLICY_INCOMPATIBLE: { status: 400, openaiCode: "policy_incompatible", param: "kvasir.policy" },
};

/** Messages of these may name files or devices of this machine, so they are not repeated. */
const unavailable: ReadonlySet<KvErrorCode> = new Set<KvErrorCode>(["KV_BACKEND_UNAVAILABLE", "KV_DISPOSED"]);

/** Seconds after which a client should try again, where the engine gives no better guess. */
const defaultRetryAfterSeconds = 1;

/**
 * Turns whatever was thrown into an answer. Anything not made for clients becomes a 500 that says nothing about it.
 * @param requestId named in the message of a 500, to find the error in the server's log.
 */
export function toApiError(error: unknown, requestId: string): ApiError {
  if (error instanceof ApiError) return error;
  if (KvError.isInstance(error)) {
    const translation = translate(error);
    if (translation !== undefined) return answer(error, translation);
    if (unavailable.has(error.code)) {
      return new ApiError(503, "The engine is not available.", {
        openaiCode: "engine_unavailable",
        headers: retryAfter(error),
        cause: error,
      });
    }
  }
  return new ApiError(500, `Internal error in request ${requestId}. The server's log has the details.`, {
    openaiCode: "internal_error",
    cause: error,
  });
}

function translate(error: KvError): Translation | undefined {
  if (error.code !== "KV_REQUEST_REJECTED") return byCode[error.code];
  const { reason } = error as { readonly reason?: unknown };
  return typeof reason === "string" && Object.hasOwn(rejections, reason) ? rejections[reason as RejectionReason] : undefined;
}

function answer(error: KvError, translation: Translation): ApiError {
  const param = detail(error, "param");
  const headers = translation.status === 429 || translation.status === 503 ? retryAfter(error) : {};
  return new ApiError(translation.status, error.message, {
    openaiCode: translation.openaiCode,
    param: typeof param === "string" ? param : translation.param,
    headers,
    cause: error,
  });
}

function retryAfter(error: KvError): Record<string, string> {
  const seconds = detail(error, "retryAfterSeconds");
  const wait = typeof seconds === "number" && seconds > 0 ? Math.ceil(seconds) : defaultRetryAfterSeconds;
  return { "retry-after": String(wait) };
}

function detail(error: KvError, name: string): unknown {
  const { details } = error as { readonly details?: Readonly<Record<string, unknown>> };
  return details?.[name];
}
