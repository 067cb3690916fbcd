import { setTimeout as sleep } from "node:timers/promises";

import { ModelDownloadError } from "../../errors/model-download-error.ts";
import type { HubFile } from "./choose-files.ts";

export interface HubClientOptions {
  readonly hubUrl: string;
  readonly token: string | undefined;
  readonly signal: AbortSignal | undefined;
}

/** The parts of the Hub's API that fetching a model needs, through `@huggingface/hub`, with errors people can act on. */
export class HubClient {
  readonly #model: string;
  readonly #options: HubClientOptions;
  readonly #parameters: { hubUrl: string; fetch: typeof fetch; accessToken?: string };

  constructor(model: string, options: HubClientOptions) {
    this.#model = model;
    this.#options = options;
    this.#parameters = {
      hubUrl: options.hubUrl,
      fetch: (input, init) => fetch(input, { ...init, ...(options.signal === undefined ? {} : { signal: options.signal }) }),
      ...(options.token === undefined ? {} : { accessToken: options.token }),
    };
  }

  /** Commit that a branch, tag or commit names. */
  async commit(revision: string): Promise<string> {
    const { modelInfo } = await import("@huggingface/hub");
    return this.#guard(async () => {
      const { sha } = await modelInfo({ ...this.#parameters, name: this.#model, revision, additionalFields: ["sha"] });
      return checkCommit(sha);
    });
  }

  async files(commit: string): Promise<HubFile[]> {
    const { listFiles } = await import("@huggingface/hub");
    return this.#guard(async () => {
      const files: HubFile[] = [];
      for await (const entry of listFiles({ ...this.#parameters, repo: this.#model, revision: commit, recursive: true })) {
        if (entry.type !== "file" || !isPlainPath(entry.path)) continue;
        files.push({
          path: entry.path,
          size: entry.lfs?.size ?? entry.size,
          sha256: hexOrNothing(entry.lfs?.oid, 64),
          gitOid: hexOrNothing(entry.oid, 40),
        });
      }
      return files;
    });
  }

  /** Opens a file's bytes from an offset on. */
  async open(commit: string, file: HubFile, offset: number): Promise<AsyncIterable<Uint8Array>> {
    const { downloadFile } = await import("@huggingface/hub");
    return this.#guard(async () => {
      const parameters = {
        ...this.#parameters,
        fetch: strictRangeFetch(this.#parameters.fetch),
        repo: this.#model,
        revision: commit,
        path: file.path,
      };
      // Plain HTTP ranges: they can be continued byte by byte after an interruption.
      const blob = await downloadFile({ ...parameters, xet: false });
      if (blob === null)
        throw new ModelDownloadError("not-found", this.#model, `${this.#model} has no file ${file.path}.`, { file: file.path });
      return blob.slice(offset, file.size).stream() as unknown as AsyncIterable<Uint8Array>;
    });
  }

  /** Runs `work` again after network failures, a few times with growing pauses; what `work` keeps on disk is not lost. */
  async retry<T>(work: () => Promise<T>, pausesMs: readonly number[]): Promise<T> {
    for (const pause of pausesMs) {
      try {
        return await this.#guard(work);
      } catch (error) {
        if (!(error instanceof ModelDownloadError) || error.reason !== "network") throw error;
        await sleep(pause, undefined, this.#options.signal === undefined ? {} : { signal: this.#options.signal }).catch(() => {});
      }
    }
    return this.#guard(work);
  }

  async #guard<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw this.#translate(error);
    }
  }

  #translate(cause: unknown): ModelDownloadError {
    if (cause instanceof ModelDownloadError) return cause;
    const model = this.#model;
    if (this.#options.signal?.aborted === true)
      return new ModelDownloadError("cancelled", model, `Fetching ${model} was cancelled. What was received is kept.`, { cause });
    const status = (cause as { statusCode?: unknown }).statusCode;
    const message = cause instanceof Error ? cause.message : String(cause);
    if (status === 401 || status === 403) {
      return new ModelDownloadError(
        "access-denied",
        model,
        `The Hub denies access to ${model} (${status}): it does not exist, is private, or its terms must be accepted first. Check the name; set HF_TOKEN to a token that may read it.`,
        { cause },
      );
    }
    if (status === 404)
      return new ModelDownloadError(
        "not-found",
        model,
        `The Hub at ${this.#options.hubUrl} has no ${model} (404). Check the name and the revision.`,
        { cause },
      );
    const code = (cause as NodeJS.ErrnoException).code ?? "";
    if (["ENOSPC", "EACCES", "EROFS", "EDQUOT", "EPERM"].includes(code)) {
      return new ModelDownloadError(
        "disk",
        model,
        `Cannot write to the model cache: ${message}. Free space or choose another cache directory.`,
        { cause },
      );
    }
    return new ModelDownloadError(
      "network",
      model,
      `Fetching ${model} from ${this.#options.hubUrl} failed: ${message.slice(0, 300)}${causeOf(cause)}. Check the connection and try again, or give a local path.`,
      { cause },
    );
  }
}

/** Refuses answers whose body is not the bytes asked for; the library would take them for the file. */
function strictRangeFetch(inner: typeof fetch): typeof fetch {
  return async (input, init) => {
    const response = await inner(input, init);
    const range = new Headers(init?.headers).get("Range");
    const isWhole = range === null || range.startsWith("bytes=0-");
    if (response.ok && (response.status === 206 || isWhole)) return response;
    await response.body?.cancel();
    const error = new Error(response.ok ? "The server does not continue downloads" : `The server answered ${response.status}`);
    throw response.ok ? error : Object.assign(error, { statusCode: response.status });
  };
}

/** Node hides the reason of a failed fetch (refused connection, unknown host) one level down. */
function causeOf(error: unknown): string {
  const inner = error instanceof Error ? error.cause : undefined;
  return inner instanceof Error && inner.message !== "" ? ` (${inner.message.slice(0, 200)})` : "";
}

function checkCommit(sha: unknown): string {
  if (typeof sha === "string" && /^[0-9a-f]{40}$/.test(sha)) return sha;
  throw new TypeError("The Hub answered without a commit");
}

/** Paths come from the repository: none may lead out of the cache. */
function isPlainPath(path: string): boolean {
  return (
    path !== "" &&
    !path.includes("\\") &&
    !path.includes("\0") &&
    !path.startsWith("/") &&
    path.split("/").every((part) => part !== "" && part !== "." && part !== "..")
  );
}

function hexOrNothing(value: string | undefined, length: number): string | undefined {
  return value !== undefined && value.length === length && /^[0-9a-f]+$/.test(value) ? value : undefined;
}
