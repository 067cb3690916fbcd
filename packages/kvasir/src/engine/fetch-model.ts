import { pullModel } from "@kvasir/model-runtime";
import type { ModelReference } from "../config/resolve-model.ts";
import { showDownload } from "../text/download-progress.ts";

/** Path of a model on disk; fetches it from the Hub first where it is named by id and not in the cache. */
export async function fetchModel(model: ModelReference): Promise<string> {
  if (model.kind === "path") return model.path;
  const { id, revision, file } = model;
  const display = showDownload(id);
  const abort = new AbortController();
  const onSignal = (): void => abort.abort();
  process.once("SIGINT", onSignal);
  try {
    const path = await pullModel(id, {
      onProgress: (progress) => display.update(progress),
      signal: abort.signal,
      ...(revision === undefined ? {} : { revision }),
      ...(file === undefined ? {} : { file }),
    });
    display.finish();
    return path;
  } catch (error) {
    display.fail();
    throw error;
  } finally {
    process.off("SIGINT", onSignal);
  }
}
