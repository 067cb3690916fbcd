import { ApiError } from "../errors/api-error.ts";

/** Largest request body where the options name none: several prompts of the longest contexts fit. */
export const defaultBodyLimitBytes: number = 32 * 1024 * 1024;

/**
 * Reads a JSON body of at most `limitBytes`.
 * @throws ApiError 400 (not UTF-8, not JSON, cut off), 413 (too large) or 415 (compressed).
 */
export async function readJson(request: Request, limitBytes: number): Promise<unknown> {
  const encoding = request.headers.get("content-encoding");
  if (encoding !== null && encoding.toLowerCase() !== "identity") {
    throw new ApiError(415, `Content-Encoding "${encoding}" is not supported. Send the body uncompressed.`, {
      openaiCode: "unsupported_encoding",
    });
  }
  const text = decode(await readBytes(request, limitBytes));
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : "not JSON";
    throw new ApiError(400, `The body is not valid JSON: ${reason}`, { openaiCode: "invalid_json", cause });
  }
}

async function readBytes(request: Request, limitBytes: number): Promise<Uint8Array> {
  const declared = Number(request.headers.get("content-length") ?? Number.NaN);
  if (declared > limitBytes) throw tooLarge(limitBytes);
  try {
    // HTTP holds a body to its declared length, so only one without needs counting.
    if (!Number.isNaN(declared)) return new Uint8Array(await request.arrayBuffer());
    return await readCounting(request, limitBytes);
  } catch (cause) {
    if (cause instanceof ApiError) throw cause;
    throw new ApiError(400, "The body ended before it was complete.", { openaiCode: "incomplete_body", cause });
  }
}

async function readCounting(request: Request, limitBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  const reader = request.body?.getReader();
  for (let read = await reader?.read(); read?.value !== undefined; read = await reader?.read()) {
    length += read.value.byteLength;
    if (length > limitBytes) throw tooLarge(limitBytes);
    chunks.push(read.value);
  }
  return Buffer.concat(chunks, length);
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new ApiError(400, "The body is not valid UTF-8.", { openaiCode: "invalid_json", cause });
  }
}

function tooLarge(limitBytes: number): ApiError {
  return new ApiError(413, `The body is larger than the limit of ${limitBytes} bytes.`, { openaiCode: "body_too_large" });
}
