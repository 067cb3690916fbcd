import { UsageError } from "../cli/usage-error.ts";
import type { ModelReference } from "../config/resolve-model.ts";

/** Path of a model on disk. */
export async function fetchModel(model: ModelReference): Promise<string> {
  if (model.kind === "path") return model.path;
  throw new UsageError(`Model ${model.id} is not on disk. Give the path of a GGUF file or of a model directory.`);
}
