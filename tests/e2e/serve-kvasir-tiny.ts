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
export const records: string = [
  " Record 7a20c1e4 = 4f1c09aa.",
  " Record e5b99d30 = b83e7712.",
  " Record 13f8046b = 90cd51f6.",
  " Record c4471fd8 = 2e6a80b5.",
].join("");
export const recordQuestion = "What is the value of record e5b99d30?";
export const recordAnswer = "b83e7712";
