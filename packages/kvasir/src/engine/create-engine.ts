import { createBackendRegistry } from "@kvasir/kv-core";
import { openEngine, type Engine, type EngineOptions } from "@kvasir/model-runtime";
import { calibrationFile } from "./calibration-file.ts";
import { createPresets } from "./create-presets.ts";
import type { EngineSettings } from "./engine-settings.ts";

/** Puts an engine together in this thread: the config's backend and policies around the model at `modelPath`. */
export async function createEngine(settings: EngineSettings, modelPath: string, onProgress?: EngineOptions["onProgress"]): Promise<Engine> {
  const { config, memoryBytes, threads, kvDtype, maxModelLength, servedModelName } = settings;
  const presets = await createPresets(config);
  const backend = await createBackendRegistry(config.backends).create(settings.backend, threads === undefined ? {} : { threads });
  try {
    return await openEngine({
      calibrationFile: calibrationFile(),
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
