import { closeSync, openSync, readdirSync, readSync, statSync } from "node:fs";
import { dirname, join } from "node:path";

import { WeightFileError } from "../errors/weight-file-error.ts";
import { GgufFile } from "./gguf/gguf-file.ts";
import { readJsonObject } from "./json-file.ts";
import { openModelDirectory } from "./safetensors/model-directory.ts";
import { SafetensorsFile } from "./safetensors/safetensors-file.ts";
import type { WeightFile } from "./weight-file.ts";

/**
 * Opens a `.gguf` file, a `.safetensors` file (with the `config.json` beside it, if there is one), a directory in Hugging Face format, or
 * a directory whose weights are one `.gguf` file.
 * Headers are read and checked completely; tensors are not read.
 * @throws WeightFileError (`KV_MODEL_FILE`) where anything is missing or malformed, naming file, tensor and byte offset.
 */
export async function openWeightFile(path: string): Promise<WeightFile> {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined)
    throw new WeightFileError({ file: path, problem: "does not exist", remedy: "Check the path, or fetch the model with `kvasir pull`." });
  if (stat.isDirectory()) {
    const gguf = findGguf(path);
    return gguf === undefined ? openModelDirectory(path) : new GgufFile(gguf);
  }
  if (path.endsWith(".safetensors")) return new SafetensorsFile(path, readJsonObject(join(dirname(path), "config.json")) ?? {});
  if (path.endsWith(".gguf") || beginsWithGguf(path)) return new GgufFile(path);
  throw new WeightFileError({
    file: path,
    problem: "is neither a .gguf nor a .safetensors file",
    remedy: "Name a .gguf file, a .safetensors file or a model directory; other formats need converting first.",
  });
}

/** The only `.gguf` file of a directory without safetensors; `undefined` where safetensors are to be read. */
function findGguf(directory: string): string | undefined {
  const names = readdirSync(directory).toSorted();
  const [first, ...others] = names.filter((name) => name.endsWith(".gguf"));
  if (first === undefined || names.some((name) => name.endsWith(".safetensors"))) return undefined;
  if (others.length > 0) {
    throw new WeightFileError({
      file: directory,
      problem: `holds ${others.length + 1} .gguf files: ${[first, ...others].join(", ").slice(0, 200)}`,
      remedy: "Name one of them.",
    });
  }
  return join(directory, first);
}

/** Files in download caches are often named by their hash. */
function beginsWithGguf(path: string): boolean {
  const descriptor = openSync(path, "r");
  try {
    const magic = Buffer.alloc(4);
    return readSync(descriptor, magic, 0, 4, 0) === 4 && magic.toString("latin1") === "GGUF";
  } finally {
    closeSync(descriptor);
  }
}
