import { progress } from "@clack/prompts";
import type { PullProgress } from "@kvasir/model-runtime";
import { formatBytes } from "./bytes.ts";

/** Shows how far a download is. */
export interface DownloadDisplay {
  update(progress: PullProgress): void;
  finish(): void;
  fail(): void;
}

/** A bar on stderr where that is a terminal, a line per file elsewhere; nothing for a model that is in the cache. */
export function showDownload(model: string, stream: NodeJS.WriteStream = process.stderr): DownloadDisplay {
  return stream.isTTY ? barDisplay(model, stream) : lineDisplay(stream);
}

function barDisplay(model: string, stream: NodeJS.WriteStream): DownloadDisplay {
  // Files of a cached model are reported whole at once, so a bar is drawn only when a file arrives in pieces.
  let bar: ReturnType<typeof progress> | undefined;
  let shown = 0;
  return {
    update({ file, fileBytes, fileTotalBytes, receivedBytes, totalBytes }) {
      if (bar === undefined) {
        if (fileBytes >= fileTotalBytes) return;
        bar = progress({ max: 1000, size: 40, output: stream });
        bar.start(`Fetching ${model}`);
      }
      const parts = totalBytes === 0 ? 1000 : Math.floor((1000 * receivedBytes) / totalBytes);
      bar.advance(Math.max(0, parts - shown), `${file}  ${formatBytes(receivedBytes)} of ${formatBytes(totalBytes)}`);
      shown = Math.max(shown, parts);
    },
    finish: () => bar?.stop(`${model} is in the cache`),
    fail: () => bar?.error(`${model} was not fetched; what has arrived is kept for the next try`),
  };
}

function lineDisplay(stream: NodeJS.WriteStream): DownloadDisplay {
  const arriving = new Set<string>();
  return {
    update({ file, fileBytes, fileTotalBytes }) {
      if (fileBytes < fileTotalBytes && !arriving.has(file)) {
        arriving.add(file);
        stream.write(`fetching ${file} (${formatBytes(fileTotalBytes)})\n`);
      } else if (fileBytes >= fileTotalBytes && arriving.delete(file)) {
        stream.write(`fetched ${file}\n`);
      }
    },
    finish: () => {},
    fail: () => {},
  };
}
