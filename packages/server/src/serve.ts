import { createServer as createHttpServer, type Server } from "node:http";
import { getRequestListener } from "@hono/node-server";
import { createServer } from "./create-server.ts";
import type { ServerOptions } from "./server-options.ts";

export interface ServeOptions extends ServerOptions {
  /** @defaultValue 127.0.0.1 */
  readonly host?: string;
  /**
   * 0 takes any free port.
   * @defaultValue 8080
   */
  readonly port?: number;
}

export interface CloseOptions {
  /** Let running requests end (new ones are refused) instead of ending them with an error. */
  readonly drain: boolean;
  /**
   * Longest wait for running requests; those left are then ended with an error.
   * @defaultValue 30 000
   */
  readonly timeoutMs?: number;
}

export interface RunningServer {
  /** Base address, e.g. `http://127.0.0.1:8080`. */
  readonly url: string;
  readonly port: number;
  /** Stops listening. The engine stays open: it is the caller's. */
  close(options?: CloseOptions): Promise<void>;
}

/** Clients keep connections in pools; closing them early makes their next request fail. */
const keepAliveTimeoutMs = 75_000;
const defaultDrainTimeoutMs = 30_000;
/** For clients to read the error that ends their request. */
const abortGraceMs = 1_000;

/**
 * Serves an engine over HTTP.
 * @throws ServerConfigError for options that cannot work.
 * @throws Error when the address cannot be bound (`code` EADDRINUSE, EACCES, ...).
 */
export async function serve(options: ServeOptions): Promise<RunningServer> {
  const host = options.host ?? "127.0.0.1";
  const isOpenLoopback = isLoopback(host) && (options.apiKeys ?? []).length === 0;
  const app = createServer(isOpenLoopback ? { allowedHosts: [], ...options } : options);
  const http = createHttpServer(
    { keepAliveTimeout: keepAliveTimeoutMs, headersTimeout: keepAliveTimeoutMs + 5_000 },
    getRequestListener(app.fetch, { overrideGlobalObjects: false, hostname: host }),
  );
  const active = trackRequests(http);
  const port = await listen(http, host, options.port ?? 8080);

  const stop = async ({ drain, timeoutMs = defaultDrainTimeoutMs }: CloseOptions): Promise<void> => {
    app.startDraining();
    // The port stays open meanwhile, so that health checks see the 503.
    if (drain) await active.whenNone(timeoutMs);
    app.abortRequests();
    await active.whenNone(abortGraceMs);
    const closed = new Promise<void>((resolve) => http.close(() => resolve()));
    http.closeAllConnections();
    await closed;
  };
  let closing: Promise<void> | undefined;
  return {
    url: `http://${host.includes(":") ? `[${host}]` : host}:${port}`,
    port,
    close: async (closeOptions = { drain: true }) => (closing ??= stop(closeOptions)),
  };
}

function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || host.startsWith("127.");
}

async function listen(http: Server, host: string, port: number): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    http.once("error", reject);
    http.listen(port, host, () => {
      http.off("error", reject);
      resolve();
    });
  });
  const address = http.address();
  return typeof address === "object" && address !== null ? address.port : port;
}

/** Counts requests under way, health checks aside: a load balancer that keeps asking must not hold up the end. */
function trackRequests(http: Server): { whenNone(timeoutMs: number): Promise<void> } {
  let count = 0;
  const waiting = new Set<() => void>();
  http.on("request", (request, response) => {
    if (request.url === "/health") return;
    count++;
    response.once("close", () => {
      count--;
      if (count === 0) for (const resolve of waiting) resolve();
    });
  });
  return {
    async whenNone(timeoutMs) {
      if (count === 0) return;
      await new Promise<void>((resolve) => {
        const done = (): void => {
          clearTimeout(timer);
          waiting.delete(done);
          resolve();
        };
        const timer = setTimeout(done, timeoutMs);
        waiting.add(done);
      });
    },
  };
}
