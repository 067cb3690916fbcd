import type { z } from "zod";
import { ApiError } from "../errors/api-error.ts";

/**
 * Checks a request body.
 * @throws ApiError 400 whose `param` is the path of the first field at fault.
 */
export function parse<Output>(schema: z.ZodType<Output>, body: unknown): Output {
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const path = issue?.path.map(String).join(".") ?? "";
  const message = issue?.message ?? "Invalid request body";
  throw new ApiError(400, path === "" ? message : `${path}: ${message}`, {
    param: path === "" ? undefined : path,
    openaiCode: "invalid_value",
    cause: result.error,
  });
}
