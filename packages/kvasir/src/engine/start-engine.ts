import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { connectEngine, type Engine } from "@kvasir/model-runtime";
import { packageRoot } from "../package-root.ts";
import { showProgress } from "../text/progress.ts";
import { fetchModel } from "./fetch-model.ts";
import { resolveSettings, type EngineFlags, type EngineSettings } from "./engine-settings.ts";
import type { EngineWorkerData } from "./engine-worker.ts";

/** An engine in its own thread, and what it was started with. */
export interface StartedEngine {
  readonly engine: Engine;
  readonly settings: EngineSettings;
  readonly modelPath: string;
}

/** Starts an engine in a worker thread, so that a long prefill never blocks this one. Fetches the model first where it is a Hub id. */
export async function startEngine(flags: EngineFlags): Promise<StartedEngine> {
  const settings = await resolveSettings(flags);
  const modelPath = await fetchModel(settings.model);
  const data: EngineWorkerData = { flags, modelPath };
  const worker = new Worker(join(packageRoot, "dist/engine-worker.js"), { workerData: data });
  const progress = showProgress();
  try {
    const engine = await connectEngine(worker, progress.update);
    return { engine, settings, modelPath };
  } catch (error) {
    await worker.terminate();
    throw error;
  } finally {
    progress.stop();
  }
}
