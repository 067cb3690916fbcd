import { openEngine, type Engine, type EngineOptions } from "@kvasir/model-runtime";
import { UsageError } from "../cli/usage-error.ts";
import { createPresets } from "./create-presets.ts";
import type { EngineSettings } from "./engine-settings.ts";

/** Puts an engine together in this thread: the config's backend and policies around the model at `modelPath`. */
export async function createEngine(settings: EngineSettings, modelPath: string, onProgress?: EngineOptions["onProgress"]): Promise<Engine> {
  const { config, memoryBytes, threads, kvDtype, maxModelLength, servedModelName } = settings;
  const loadBackend = config.backends[settings.backend];
  if (loadBackend === undefined) throw new UsageError(`There is no backend "${settings.backend}".`);
  const presets = await createPresets(config);
  const factory = await loadBackend();
  const backend = await factory.create(threads === undefined ? {} : { threads });
  try {
    return await openEngine({
      ...config.engine,
      modelPath,
      backend,
      presets,
      defaultPolicy: settings.policy,
      ...(servedModelName === undefined ? {} : { modelName: servedModelName }),
      ...(kvDtype === undefined ? {} : { kvDtype }),
      ...(memoryBytes === undefined ? {} : { kvPoolBytes: memoryBytes }),
      ...(maxModelLength === undefined ? {} : { maxModelLength }),
      ...(onProgress === undefined ? {} : { onProgress }),
    });
  } catch (error) {
    await backend.dispose();
    throw error;
  }
}
