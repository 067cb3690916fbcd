import { onTestFinished } from "vitest";
import { type RunningServer, serve, type ServeOptions } from "../serve.ts";
import { createEngineDouble, type EngineDouble, type EngineDoubleOptions } from "./engine-double.ts";

export interface ServedDouble {
  readonly engine: EngineDouble;
  readonly server: RunningServer;
  get(path: string, init?: RequestInit): Promise<Response>;
  post(path: string, body: unknown, init?: RequestInit): Promise<Response>;
}

/** Serves a double on a free port until the test ends. */
export async function serveDouble(engineOptions: EngineDoubleOptions = {}, options: Partial<ServeOptions> = {}): Promise<ServedDouble> {
  const engine = createEngineDouble(engineOptions);
  const server = await serve({ engine, port: 0, ...options });
  onTestFinished(async () => server.close({ drain: false }));
  return {
    engine,
    server,
    get: async (path, init) => fetch(server.url + path, init),
    post: async (path, body, init) =>
      fetch(server.url + path, {
        method: "POST",
        body: typeof body === "string" ? body : JSON.stringify(body),
        ...init,
        headers: { "content-type": "application/json", ...(init?.headers as Record<string, string> | undefined) },
      }),
  };
}

/** Data of all events of a stream, `[DONE]` as a string. */
export async function readEvents(response: Response): Promise<readonly unknown[]> {
  const text = await response.text();
  return text
    .split("\n\n")
    .filter((event) => event !== "")
    .map((event) => {
      const data = event.replace(/^data: /, "");
      return data === "[DONE]" ? data : (JSON.parse(data) as unknown);
    });
}
