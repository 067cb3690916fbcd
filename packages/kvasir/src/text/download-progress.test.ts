import { PassThrough } from "node:stream";
import { expect, it } from "vitest";
import { showDownload } from "./download-progress.ts";

function report(fileBytes: number): Parameters<ReturnType<typeof showDownload>["update"]>[0] {
  return { file: "model.gguf", fileBytes, fileTotalBytes: 2 ** 20, receivedBytes: fileBytes, totalBytes: 2 ** 20 };
}

it("writes a line per file where there is no terminal", () => {
  const stream = new PassThrough();
  const display = showDownload("owner/name", stream as unknown as NodeJS.WriteStream);
  for (const bytes of [0, 1000, 500_000, 2 ** 20, 2 ** 20]) display.update(report(bytes));
  display.finish();
  expect(String(stream.read())).toBe("fetching model.gguf (1.00 MiB)\nfetched model.gguf\n");
});

it("is silent about a model that is in the cache", () => {
  const stream = new PassThrough();
  const display = showDownload("owner/name", stream as unknown as NodeJS.WriteStream);
  display.update(report(2 ** 20));
  display.finish();
  expect(stream.read()).toBeNull();
});
