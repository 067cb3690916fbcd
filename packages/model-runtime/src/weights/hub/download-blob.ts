import { createHash, type Hash } from "node:crypto";
import { createReadStream, rmSync, statSync } from "node:fs";
import { open } from "node:fs/promises";

import { ModelDownloadError } from "../../errors/model-download-error.ts";
import type { HubFile } from "./choose-files.ts";

export interface BlobDownload {
  readonly model: string;
  readonly file: HubFile;
  /** Where the bytes go; bytes that are there already are kept and continued from. */
  readonly target: string;
  /** Opens the file's bytes from an offset on. */
  readonly open: (offset: number) => Promise<AsyncIterable<Uint8Array>>;
  /** Called with the bytes of this file that are there. */
  readonly onBytes: (received: number) => void;
}

/**
 * Fetches the rest of a file and checks all of it.
 * @throws ModelDownloadError `checksum` where the bytes are not what the Hub says they are; they are deleted then.
 */
export async function downloadBlob(download: BlobDownload): Promise<void> {
  const { file, target, model } = download;
  const hash = createFileHash(file);
  let received = await hashExisting(target, file, hash);
  download.onBytes(received);
  if (received < file.size) {
    const handle = await open(target, received === 0 ? "w" : "r+");
    try {
      for await (const chunk of await download.open(received)) {
        if (received + chunk.length > file.size) throw tooLong(download, target);
        await handle.writev([chunk], received);
        hash.update(chunk);
        received += chunk.length;
        download.onBytes(received);
      }
      await handle.sync();
    } finally {
      await handle.close();
    }
  }
  if (received < file.size) {
    throw new ModelDownloadError(
      "network",
      model,
      `The connection ended after ${received} of ${file.size} bytes of ${file.path}. Try again: the download goes on from there.`,
      { file: file.path },
    );
  }
  const expected = file.sha256 ?? file.gitOid;
  const actual = hash.digest("hex");
  if (expected !== undefined && actual !== expected) {
    rmSync(target, { force: true });
    throw new ModelDownloadError(
      "checksum",
      model,
      `${file.path} was received with checksum ${actual} where the Hub names ${expected}. The bytes were deleted; try again.`,
      { file: file.path },
    );
  }
}

/** SHA-256 of the content, or git's SHA-1 of a header and the content. */
function createFileHash(file: HubFile): Hash {
  if (file.sha256 !== undefined || file.gitOid === undefined) return createHash("sha256");
  return createHash("sha1").update(`blob ${file.size}\0`);
}

/** Bytes there from an earlier try, taken into the hash; a file that is too long is started anew. */
async function hashExisting(target: string, file: HubFile, hash: Hash): Promise<number> {
  const size = statSync(target, { throwIfNoEntry: false })?.size ?? 0;
  if (size === 0) return 0;
  if (size > file.size) {
    rmSync(target);
    return 0;
  }
  for await (const chunk of createReadStream(target)) hash.update(chunk as Uint8Array);
  return size;
}

function tooLong({ model, file }: BlobDownload, target: string): ModelDownloadError {
  rmSync(target, { force: true });
  return new ModelDownloadError(
    "checksum",
    model,
    `${file.path} has more bytes than the ${file.size} that the Hub names. The bytes were deleted; try again.`,
    { file: file.path },
  );
}
