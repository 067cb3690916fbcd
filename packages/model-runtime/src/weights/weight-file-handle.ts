import { closeSync, fstatSync, openSync, readSync } from "node:fs";

import { WeightFileError } from "../errors/weight-file-error.ts";

/** An open file of known size whose reads never go past its end. */
export class WeightFileHandle {
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  readonly #descriptor: number;
  #isOpen = true;

  /** @throws WeightFileError where the path is missing, unreadable or no regular file. */
  constructor(path: string) {
    this.path = path;
    let descriptor: number;
    try {
      descriptor = openSync(path, "r");
    } catch (cause) {
      const code = (cause as NodeJS.ErrnoException).code ?? "unknown error";
      throw new WeightFileError({
        file: path,
        problem: `cannot be opened (${code})`,
        remedy: "Check the path and its permissions.",
        cause,
      });
    }
    const stat = fstatSync(descriptor);
    if (!stat.isFile()) {
      closeSync(descriptor);
      throw new WeightFileError({
        file: path,
        problem: "is not a regular file",
        remedy: "Name a .gguf file, a .safetensors file or a model directory.",
      });
    }
    this.#descriptor = descriptor;
    this.size = stat.size;
  }

  /** Fills `target` from byte `offset` on. @throws WeightFileError where the file ends before that. */
  read(target: Uint8Array, offset: number, tensor?: string): void {
    if (!this.#isOpen)
      throw new WeightFileError({ file: this.path, problem: "was read after it had been closed", remedy: "Open it again." });
    let done = 0;
    while (done < target.length) {
      let count: number;
      try {
        count = readSync(this.#descriptor, target, done, Math.min(target.length - done, 2 ** 30), offset + done);
      } catch (cause) {
        throw new WeightFileError({
          file: this.path,
          tensor,
          offset: offset + done,
          problem: "cannot be read",
          remedy: "Check the disk.",
          cause,
        });
      }
      if (count === 0) {
        throw new WeightFileError({
          file: this.path,
          tensor,
          offset: offset + done,
          problem: `ends after ${offset + done} bytes where ${offset + target.length} are needed`,
        });
      }
      done += count;
    }
  }

  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    closeSync(this.#descriptor);
  }
}
