import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Random } from "@kvasir/kv-eval";
import { RandomAccessFile } from "./random-access-file.ts";

/** Running text to put around what is asked for. */
export class Surroundings {
  readonly #files: readonly RandomAccessFile[];

  /** @param directory Holds `.txt` files of one paragraph a line. */
  constructor(directory: string, names: readonly string[] = ["books.txt", "open-text.txt"]) {
    this.#files = names
      .map((name) => join(directory, name))
      .filter((path) => existsSync(path))
      .map((path) => new RandomAccessFile(path));
    if (this.#files.length === 0) throw new Error(`${directory} has none of ${names.join(", ")}.`);
  }

  /** Neighbouring paragraphs, about `characters` of them; none where that is nothing. */
  paragraphs(random: Random, characters: number): string[] {
    if (characters < 20) return [];
    const found: string[] = [];
    let length = 0;
    // Most of the text is books; other text is chosen less often.
    const file = this.#files[random.chance(0.75) ? 0 : this.#files.length - 1] as RandomAccessFile;
    for (const line of file.lines(random, Math.ceil(characters))) {
      if (line === "<|doc|>" || line === "") continue;
      if (length + line.length > characters) {
        if (found.length === 0) found.push(line.slice(0, Math.floor(characters)));
        break;
      }
      found.push(line);
      length += line.length + 1;
    }
    return found;
  }
}
