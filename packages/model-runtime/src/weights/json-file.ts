import { TextDecoder } from "node:util";
import { closeSync, fstatSync, openSync, readFileSync } from "node:fs";

import { WeightFileError } from "../errors/weight-file-error.ts";

/** Larger than any tokenizer.json in use, small enough to hold. */
const MAX_JSON_BYTES = 256 * 2 ** 20;

/**
 * Reads a JSON file whose top level is an object; `undefined` where there is no such file.
 * @throws WeightFileError where it cannot be read, is too large, or holds something else.
 */
export function readJsonObject(path: string): Record<string, unknown> | undefined {
  let descriptor: number;
  try {
    descriptor = openSync(path, "r");
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code;
    if (code === "ENOENT") return undefined;
    throw new WeightFileError({
      file: path,
      problem: `cannot be opened (${code ?? "unknown error"})`,
      remedy: "Check the path and its permissions.",
      cause,
    });
  }
  try {
    const stat = fstatSync(descriptor);
    if (!stat.isFile() || stat.size > MAX_JSON_BYTES) {
      throw new WeightFileError({
        file: path,
        problem: stat.isFile() ? `is ${stat.size} bytes of JSON, more than ${MAX_JSON_BYTES}` : "is not a regular file",
      });
    }
    const value: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(readFileSync(descriptor)));
    if (typeof value !== "object" || value === null || Array.isArray(value))
      throw new WeightFileError({ file: path, problem: "does not hold a JSON object" });
    return value as Record<string, unknown>;
  } catch (cause) {
    if (cause instanceof WeightFileError) throw cause;
    throw new WeightFileError({ file: path, problem: `is not valid JSON (${(cause as Error).message.slice(0, 160)})`, cause });
  } finally {
    closeSync(descriptor);
  }
}
