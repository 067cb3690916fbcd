import { setMaxListeners } from "node:events";
import type { Engine } from "@kvasir/model-runtime";
import { ApiError } from "./errors/api-error.ts";
import { createServerMetrics, type ServerMetrics } from "./metrics/server-metrics.ts";
import type { ServerOptions } from "./server-options.ts";

export type Readiness = "loading" | "ok" | "draining" | "failed";

/** What the routes share. */
export interface ServerState {
  readonly options: ServerOptions;
  readonly metrics: ServerMetrics;
  /** Unix seconds. */
  readonly startedAt: number;
  /** Aborts when requests still running are to end at once. */
  readonly shutdown: AbortController;
  readonly readiness: Readiness;
  /** The engine where there is one, whatever the readiness. */
  readonly loadedEngine: Engine | undefined;
  /** @throws ApiError 503 unless the server takes requests. */
  engine(): Engine;
  /** From now on requests are refused; those running go on. */
  startDraining(): void;
}

export function createServerState(options: ServerOptions): ServerState {
  let engine: Engine | undefined;
  let readiness: Readiness = "loading";
  const ready = (loaded: Engine): void => {
    engine = loaded;
    if (readiness === "loading") readiness = "ok";
  };
  if (options.engine instanceof Promise) {
    options.engine.then(ready, () => {
      if (readiness === "loading") readiness = "failed";
    });
  } else {
    ready(options.engine);
  }
  const shutdown = new AbortController();
  // One listener per running request is no leak.
  setMaxListeners(0, shutdown.signal);
  return {
    options,
    metrics: createServerMetrics(),
    startedAt: Math.floor(Date.now() / 1000),
    shutdown,
    get readiness() {
      return readiness;
    },
    get loadedEngine() {
      return engine;
    },
    engine() {
      if (engine !== undefined && readiness === "ok") return engine;
      throw unavailable(readiness);
    },
    startDraining() {
      readiness = "draining";
    },
  };
}

function unavailable(readiness: Readiness): ApiError {
  const headers = { "retry-after": readiness === "loading" ? "2" : "10" };
  if (readiness === "loading") return new ApiError(503, "The model is still loading.", { openaiCode: "loading", headers });
  if (readiness === "draining") return new ApiError(503, "The server is shutting down.", { openaiCode: "shutting_down", headers });
  return new ApiError(503, "The model could not be loaded.", { openaiCode: "engine_unavailable" });
}
