import { spawn } from "node:child_process";
import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";

/** Separates books in a corpus file; every other line is a paragraph. */
const bookMark = "<|doc|>";
const heading = /^(?:Title|Author|Year|Licence|Source): |^-+$/;

/**
 * Reads a corpus one book at a time.
 *
 * @param path Plain text, or text packed by xz, which the command `xz` then unpacks.
 * @throws Error where the file cannot be read or unpacked.
 */
export async function* readBooks(path: string): AsyncGenerator<string[]> {
  let book: string[] = [];
  for await (const line of createInterface({ input: open(path), crlfDelay: Infinity })) {
    if (line.trim() === bookMark) {
      if (book.length > 0) yield book;
      book = [];
    } else if (line.trim() !== "" && !heading.test(line)) book.push(line.trim());
  }
  if (book.length > 0) yield book;
}

function open(path: string): Readable {
  if (!path.endsWith(".xz")) return createReadStream(path, "utf8");
  const unpacker = spawn("xz", ["-dc", path], { stdio: ["ignore", "pipe", "inherit"] });
  unpacker.on("error", (error) => unpacker.stdout.destroy(error));
  unpacker.on("exit", (code) => {
    if (code) unpacker.stdout.destroy(new Error(`Cannot unpack ${path}: xz ended with ${code}.`));
  });
  return unpacker.stdout;
}
