import { parentPort, workerData } from "node:worker_threads";
import { InvariantError } from "@kvasir/kv-core";
import { hostEngine } from "@kvasir/model-runtime";
import { createEngine } from "./create-engine.ts";
import { resolveSettings, type EngineFlags } from "./engine-settings.ts";

/** What `startEngine` hands to this thread: plain data, since backends and policies are functions. The config is loaded anew here. */
export interface EngineWorkerData {
  readonly flags: EngineFlags;
  readonly modelPath: string;
}

const port = parentPort;
if (port === null) throw new InvariantError({ invariant: "the engine's entry runs in a worker thread" });
const { flags, modelPath } = workerData as EngineWorkerData;
void hostEngine(port, async (onProgress) => createEngine(await resolveSettings(flags), modelPath, onProgress));
