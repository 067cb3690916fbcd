import { fileURLToPath } from "node:url";
import { cpuBackend } from "@kvasir/cpu-backend";
import { openEngine, type Engine } from "@kvasir/model-runtime";
import { serve, type RunningServer } from "@kvasir/server";

export interface ServedModel {
  readonly engine: Engine;
  readonly server: RunningServer;
  close(): Promise<void>;
}

export const modelPath: string = fileURLToPath(new URL("../../models/kvasir-tiny", import.meta.url));

/** The embedded model behind a real server on a free port. */
export async function serveKvasirTiny(options: { readonly apiKeys?: readonly string[] } = {}): Promise<ServedModel> {
  const engine = await openEngine({
    modelPath,
    backend: await cpuBackend.create({ threads: 2 }),
    presets: { full: [] },
    maxModelLength: 1024,
  });
  const server = await serve({ engine, port: 0, ...options });
  return {
    engine,
    server,
    async close() {
      await server.close({ drain: false });
      await engine.close({ drain: false });
    },
  };
}

/** What the embedded model was trained on: records, and questions about them. */
export const records: string = [" Record k71 = 4823.", " Record q05 = 1190.", " Record z93 = 7756.", " Record b28 = 3041."].join("");
export const recordQuestion = "What is the value of record q05?";
export const recordAnswer = "1190";
