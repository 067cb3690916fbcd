import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import type { Random } from "@kvasir/kv-eval";

/** Lines from random places of a large text file, without holding it in memory. */
export class RandomAccessFile {
  readonly #descriptor: number;
  readonly #size: number;

  /** @throws Error of `node:fs` where the file cannot be opened. */
  constructor(path: string) {
    this.#descriptor = openSync(path, "r");
    this.#size = fstatSync(this.#descriptor).size;
  }

  /** Whole lines, in order, from a random place; about `bytes` of them, at least one. */
  lines(random: Random, bytes: number): string[] {
    // The first and the last line of what is read are cut off.
    const length = Math.min(this.#size, bytes + 8192);
    const buffer = Buffer.alloc(length);
    for (let attempt = 0; ; attempt++) {
      const position = Math.floor(random.fraction() * Math.max(1, this.#size - length));
      readSync(this.#descriptor, buffer, 0, length, position);
      const lines = buffer.toString("utf8").split("\n").slice(1, -1);
      if (lines.length > 0 || attempt === 20) return lines;
    }
  }

  close(): void {
    closeSync(this.#descriptor);
  }
}
