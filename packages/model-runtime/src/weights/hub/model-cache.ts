import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join, relative, sep } from "node:path";

import type { HubFile } from "./choose-files.ts";

/**
 * Models fetched from the Hub, laid out as Hugging Face's own tools do, so that they share them:
 * `models--OWNER--NAME/{refs/REVISION, blobs/HASH, snapshots/COMMIT/PATH -> blob}`.
 */
export class ModelCache {
  readonly #folder: string;

  constructor(cacheDir: string, model: string) {
    this.#folder = join(cacheDir, `models--${model.replaceAll("/", "--")}`);
  }

  /** Commit that a branch or tag named when it was last looked up. */
  commitOf(revision: string): string | undefined {
    if (/^[0-9a-f]{40}$/.test(revision)) return revision;
    const path = join(this.#folder, "refs", ...revision.split("/"));
    return existsSync(path) ? readFileSync(path, "utf8").trim() : undefined;
  }

  rememberCommit(revision: string, commit: string): void {
    if (revision === commit) return;
    const path = join(this.#folder, "refs", ...revision.split("/"));
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, commit);
  }

  snapshot(commit: string): string {
    return join(this.#folder, "snapshots", commit);
  }

  /** Files of a snapshot that are there and whole. */
  filesOf(commit: string): HubFile[] {
    const snapshot = this.snapshot(commit);
    if (!existsSync(snapshot)) return [];
    const paths = readdirSync(snapshot, { recursive: true, encoding: "utf8" });
    return paths.flatMap((path) => {
      const stat = statSync(join(snapshot, path), { throwIfNoEntry: false });
      return stat?.isFile() === true ? [{ path: path.split(sep).join("/"), size: stat.size }] : [];
    });
  }

  has(commit: string, file: HubFile): boolean {
    return statSync(join(this.snapshot(commit), file.path), { throwIfNoEntry: false })?.size === file.size;
  }

  /** Where a file's bytes are kept, under their hash. */
  blob(file: HubFile): string {
    return join(this.#folder, "blobs", file.sha256 ?? file.gitOid ?? encodeURIComponent(file.path));
  }

  /** Where a file's bytes are collected until they are complete and checked. */
  incomplete(file: HubFile): string {
    const path = `${this.blob(file)}.incomplete`;
    mkdirSync(dirname(path), { recursive: true });
    return path;
  }

  /** Makes a blob out of a complete download. */
  complete(file: HubFile): void {
    renameSync(`${this.blob(file)}.incomplete`, this.blob(file));
  }

  /** Puts a file's blob into a snapshot; false where there is no such blob of the right size. */
  link(commit: string, file: HubFile): boolean {
    const blob = this.blob(file);
    if (statSync(blob, { throwIfNoEntry: false })?.size !== file.size) return false;
    const path = join(this.snapshot(commit), file.path);
    mkdirSync(dirname(path), { recursive: true });
    rmSync(path, { force: true });
    try {
      symlinkSync(relative(dirname(path), blob), path);
    } catch {
      copyFileSync(blob, path); // No symbolic links here, as for most users of Windows.
    }
    return true;
  }
}
