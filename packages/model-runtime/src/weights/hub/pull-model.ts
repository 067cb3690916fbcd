import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

import { ModelDownloadError } from "../../errors/model-download-error.ts";
import { WeightFileError } from "../../errors/weight-file-error.ts";
import { readJsonObject } from "../json-file.ts";
import { chooseFiles, chooseShards, type FileChoice, type HubFile } from "./choose-files.ts";
import { downloadBlob } from "./download-blob.ts";
import { HubClient } from "./hub-client.ts";
import { ModelCache } from "./model-cache.ts";

export interface PullProgress {
  /** The file being fetched. */
  readonly file: string;
  readonly fileBytes: number;
  readonly fileTotalBytes: number;
  /** Of all files chosen so far, bytes found in the cache included. */
  readonly receivedBytes: number;
  readonly totalBytes: number;
}

export interface PullOptions {
  /** @defaultValue the Hugging Face cache: `HF_HUB_CACHE`, `HF_HOME/hub` or `~/.cache/huggingface/hub` */
  readonly cacheDir?: string;
  readonly onProgress?: (progress: PullProgress) => void;
  readonly signal?: AbortSignal;
  /** Uses what the cache has and never the network. @defaultValue `HF_HUB_OFFLINE` */
  readonly offline?: boolean;
  /** @defaultValue `HF_TOKEN` */
  readonly token?: string;
  /** Path in the repository, or the name of a quantisation such as `Q8_0`; chosen automatically where absent. */
  readonly file?: string;
  /** Branch, tag or commit. @defaultValue "main" */
  readonly revision?: string;
  /** @defaultValue `HF_ENDPOINT`, else https://huggingface.co */
  readonly hubUrl?: string;
  /** Pauses before trying again after network failures. @defaultValue 1, 4 and 10 seconds */
  readonly retryPausesMs?: readonly number[];
}

const HUB_ID = /^[A-Za-z0-9][\w.-]*\/[\w.-]+$/;
const REVISION = /^\w[\w./-]*$/;
const INDEX = "model.safetensors.index.json";

/**
 * Gives the local path of a model: a path is returned as it is; a Hub id (`OWNER/NAME`) is fetched into the cache, going on from where
 * an earlier try was interrupted, and every file is checked against the hash that the Hub names.
 * @returns A path for `openWeightFile`: a directory, or a .gguf file.
 * @throws ModelDownloadError (`KV_MODEL_FILE`) with `reason`. @throws WeightFileError where the name is neither a path nor an id.
 */
export async function pullModel(idOrPath: string, options: PullOptions = {}): Promise<string> {
  if (existsSync(idOrPath)) return idOrPath;
  if (!HUB_ID.test(idOrPath) || idOrPath.includes("..")) {
    throw new WeightFileError({
      file: idOrPath,
      problem: "does not exist, and is no Hub id",
      remedy: "Give the path of a model or an id like OWNER/NAME.",
    });
  }
  const revision = options.revision ?? "main";
  if (!REVISION.test(revision) || revision.includes("..")) {
    throw new ModelDownloadError(
      "not-found",
      idOrPath,
      `${JSON.stringify(revision.slice(0, 80))} is no revision of ${idOrPath}. Give a branch, a tag or a commit.`,
    );
  }
  const cache = new ModelCache(options.cacheDir ?? defaultCacheDir(), idOrPath);
  if (options.offline ?? isSet("HF_HUB_OFFLINE")) return fromCache(idOrPath, cache, revision, options.file);
  const client = new HubClient(idOrPath, {
    hubUrl: (options.hubUrl ?? process.env["HF_ENDPOINT"] ?? "https://huggingface.co").replace(/\/+$/, ""),
    token: options.token ?? process.env["HF_TOKEN"],
    signal: options.signal,
  });
  return new Pull(idOrPath, cache, client, options).run(revision);
}

class Pull {
  readonly #model: string;
  readonly #cache: ModelCache;
  readonly #client: HubClient;
  readonly #options: PullOptions;
  #totalBytes = 0;
  #doneBytes = 0;

  constructor(model: string, cache: ModelCache, client: HubClient, options: PullOptions) {
    this.#model = model;
    this.#cache = cache;
    this.#client = client;
    this.#options = options;
  }

  async run(revision: string): Promise<string> {
    const pauses = this.#options.retryPausesMs ?? [1000, 4000, 10_000];
    const commit = await this.#client.retry(() => this.#client.commit(revision), pauses);
    const files = await this.#client.retry(() => this.#client.files(commit), pauses);
    const choice = chooseFiles(this.#model, files, this.#options.file);
    await this.#fetchAll(commit, choice.files, pauses);
    if (choice.files.some((file) => file.path === INDEX)) {
      const index = readJsonObject(join(this.#cache.snapshot(commit), INDEX)) ?? {};
      await this.#fetchAll(commit, chooseShards(this.#model, files, index), pauses);
    }
    this.#cache.rememberCommit(revision, commit);
    return openPath(this.#cache.snapshot(commit), choice);
  }

  async #fetchAll(commit: string, files: readonly HubFile[], pauses: readonly number[]): Promise<void> {
    this.#totalBytes += files.reduce((sum, file) => sum + file.size, 0);
    for (const file of files) {
      if (!this.#cache.has(commit, file) && !this.#cache.link(commit, file)) {
        await this.#client.retry(() => this.#fetch(commit, file), pauses);
      }
      this.#report(file, file.size);
      this.#doneBytes += file.size;
    }
  }

  async #fetch(commit: string, file: HubFile): Promise<void> {
    const target = this.#cache.incomplete(file);
    const open = (offset: number): Promise<AsyncIterable<Uint8Array>> => this.#client.open(commit, file, offset);
    await downloadBlob({ model: this.#model, file, target, open, onBytes: (received) => this.#report(file, received) });
    this.#cache.complete(file);
    this.#cache.link(commit, file);
  }

  #report(file: HubFile, fileBytes: number): void {
    const receivedBytes = this.#doneBytes + fileBytes;
    this.#options.onProgress?.({ file: file.path, fileBytes, fileTotalBytes: file.size, receivedBytes, totalBytes: this.#totalBytes });
  }
}

/** The model as an earlier pull left it. */
function fromCache(model: string, cache: ModelCache, revision: string, wanted: string | undefined): string {
  const commit = cache.commitOf(revision);
  const files = commit === undefined ? [] : cache.filesOf(commit);
  if (commit === undefined || files.length === 0) {
    throw new ModelDownloadError(
      "offline",
      model,
      `${model} is not in the cache, and the network is not to be used. Run \`kvasir pull ${model}\` with a connection first.`,
    );
  }
  const snapshot = cache.snapshot(commit);
  const choice = chooseFiles(model, files, wanted);
  if (choice.files.some((file) => file.path === INDEX)) chooseShards(model, files, readJsonObject(join(snapshot, INDEX)) ?? {});
  return openPath(snapshot, choice);
}

function openPath(snapshot: string, choice: FileChoice): string {
  return choice.main === undefined ? snapshot : join(snapshot, choice.main);
}

function defaultCacheDir(): string {
  const home = process.env["HF_HOME"] ?? join(process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "huggingface");
  return process.env["HF_HUB_CACHE"] ?? process.env["HUGGINGFACE_HUB_CACHE"] ?? join(home, "hub");
}

function isSet(variable: string): boolean {
  return ["1", "true", "yes", "on"].includes((process.env[variable] ?? "").toLowerCase());
}
