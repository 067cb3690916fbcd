import { KvError } from "@kvasir/kv-core";

/** Where in a model's files something is wrong, and what to do about it. */
export interface WeightFileProblem {
  /** Path of the file that is wrong. */
  readonly file: string;
  /** What is wrong, with its numbers; no full stop. */
  readonly problem: string;
  readonly tensor?: string | undefined;
  /** Byte offset in `file` of what is wrong. */
  readonly offset?: number | undefined;
  /** What the reader of the message can do. */
  readonly remedy?: string | undefined;
  readonly cause?: unknown;
}

const DEFAULT_REMEDY = "The file is damaged or was written by a faulty tool: download or convert it again.";

/** A model file is missing, malformed, or of a kind that Kvasir does not read. */
export class WeightFileError extends KvError {
  readonly code = "KV_MODEL_FILE";
  readonly file: string;
  readonly tensor: string | undefined;
  readonly offset: number | undefined;

  constructor(problem: WeightFileProblem) {
    const places = [
      problem.tensor === undefined ? undefined : `tensor ${JSON.stringify(shorten(problem.tensor))}`,
      problem.offset === undefined ? undefined : `byte offset ${problem.offset}`,
    ].filter((place) => place !== undefined);
    const where = places.length === 0 ? "" : ` (${places.join(", ")})`;
    super("WeightFileError", `${problem.file}: ${problem.problem}${where}. ${problem.remedy ?? DEFAULT_REMEDY}`, { cause: problem.cause });
    this.file = problem.file;
    this.tensor = problem.tensor;
    this.offset = problem.offset;
  }
}

/** Names come from the file itself, so one may be megabytes long. */
function shorten(name: string): string {
  return name.length <= 120 ? name : `${name.slice(0, 117)}...`;
}
