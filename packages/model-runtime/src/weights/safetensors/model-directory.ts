import { existsSync } from "node:fs";
import { basename, join } from "node:path";

import type { MatrixRows } from "@kvasir/kv-core";

import { WeightFileError } from "../../errors/weight-file-error.ts";
import { readJsonObject } from "../json-file.ts";
import { checkRowRange } from "../row-range.ts";
import type { WeightFile, WeightTensor } from "../weight-file.ts";
import { SafetensorsFile } from "./safetensors-file.ts";

/**
 * Opens a directory in Hugging Face format: `config.json` beside `model.safetensors`, or beside `model.safetensors.index.json` and
 * the shards it names.
 * @throws WeightFileError where a file is missing or malformed.
 */
export function openModelDirectory(directory: string): WeightFile {
  const config = readJsonObject(join(directory, "config.json"));
  if (config === undefined) {
    throw new WeightFileError({
      file: join(directory, "config.json"),
      problem: "is missing",
      remedy: "Name a directory in Hugging Face format (config.json beside model.safetensors), or a .gguf file.",
    });
  }
  const single = join(directory, "model.safetensors");
  if (existsSync(single)) return new SafetensorsFile(single, config);
  const indexPath = join(directory, "model.safetensors.index.json");
  const index = readJsonObject(indexPath);
  if (index === undefined) {
    throw new WeightFileError({
      file: directory,
      problem: "has neither model.safetensors nor model.safetensors.index.json",
      remedy: "Download the weights in safetensors format too, or name a .gguf file.",
    });
  }
  return new ShardedSafetensors(directory, config, parseWeightMap(indexPath, index));
}

function parseWeightMap(indexPath: string, index: Record<string, unknown>): ReadonlyMap<string, string> {
  const weightMap = index["weight_map"];
  if (typeof weightMap !== "object" || weightMap === null || Array.isArray(weightMap)) {
    throw new WeightFileError({ file: indexPath, problem: "has no weight_map object" });
  }
  for (const [name, shard] of Object.entries(weightMap)) {
    // A name with a path in it could reach files outside the model directory.
    if (typeof shard !== "string" || !shard.endsWith(".safetensors") || basename(shard) !== shard || shard.includes("\\")) {
      throw new WeightFileError({
        file: indexPath,
        tensor: name,
        problem: `weight_map names ${JSON.stringify(shard)?.slice(0, 120)}, which is no .safetensors file of this directory`,
      });
    }
  }
  return new Map(Object.entries(weightMap as Record<string, string>));
}

/** Several safetensors files that together hold one model. */
class ShardedSafetensors implements WeightFile {
  readonly format = "safetensors";
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly tensors: ReadonlyMap<string, WeightTensor>;
  readonly #directory: string;
  readonly #shards: Map<string, SafetensorsFile> = new Map();
  readonly #weightMap: ReadonlyMap<string, string>;

  constructor(directory: string, metadata: Readonly<Record<string, unknown>>, weightMap: ReadonlyMap<string, string>) {
    this.metadata = metadata;
    this.#directory = directory;
    this.#weightMap = weightMap;
    const tensors = new Map<string, WeightTensor>();
    try {
      for (const [name, shardName] of weightMap) {
        const shard = this.#shards.get(shardName) ?? new SafetensorsFile(join(directory, shardName), {});
        this.#shards.set(shardName, shard);
        const tensor = shard.tensors.get(name);
        if (tensor === undefined) {
          throw new WeightFileError({
            file: join(directory, shardName),
            tensor: name,
            problem: "does not hold a tensor that model.safetensors.index.json says it holds",
          });
        }
        tensors.set(name, tensor);
      }
    } catch (error) {
      this.close();
      throw error;
    }
    this.tensors = tensors;
  }

  readRows(name: string, firstRow: number, rowCount: number): MatrixRows {
    checkRowRange(this.#directory, this.tensors.get(name), name, firstRow, rowCount);
    const shard = this.#shards.get(this.#weightMap.get(name) ?? "");
    if (shard === undefined) throw new WeightFileError({ file: this.#directory, tensor: name, problem: "has no such tensor" });
    return shard.readRows(name, firstRow, rowCount);
  }

  close(): void {
    for (const shard of this.#shards.values()) shard.close();
  }
}
