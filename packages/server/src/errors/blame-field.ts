import { ApiError } from "./api-error.ts";
import { toApiError } from "./to-api-error.ts";

/** Names the field in a refusal by the engine, which does not know the request's fields. */
export async function blameField<Result>(param: string, work: Promise<Result>): Promise<Result> {
  try {
    return await work;
  } catch (cause) {
    const { status, message, openaiCode, param: known } = toApiError(cause, "");
    throw status === 400 && known === undefined ? new ApiError(status, message, { param, openaiCode, cause }) : cause;
  }
}
