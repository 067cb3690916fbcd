import { serve as serveHttp, type RunningServer } from "@kvasir/server";
import { startEngine } from "../engine/start-engine.ts";
import { resolveSettings, type EngineFlags } from "../engine/engine-settings.ts";
import { curlExample } from "../text/curl-example.ts";
import { describeEngine } from "../text/describe-engine.ts";

export interface ServeOptions {
  readonly port?: number;
  readonly host?: string;
  readonly apiKeys: readonly string[];
  /** Longest wait for running requests at the end. */
  readonly drainTimeoutMs: number;
}

/** `kvasir serve`: the OpenAI-compatible server, until SIGTERM or SIGINT. */
export async function serve(flags: EngineFlags, options: ServeOptions): Promise<void> {
  const startMs = performance.now();
  const { config } = await resolveSettings(flags);
  const starting = startEngine(flags);
  // The port is taken before the model loads: a port in use is known at once, and /health says "loading" meanwhile.
  const server = await serveHttp({
    engine: starting.then(({ engine }) => engine),
    host: options.host ?? config.server?.host ?? "127.0.0.1",
    port: options.port ?? config.server?.port ?? 8080,
    apiKeys: options.apiKeys.length > 0 ? options.apiKeys : (config.server?.apiKeys ?? []),
    ...(config.server?.sampling === undefined ? {} : { defaultSampling: config.server.sampling }),
  }).catch(async (error: unknown) => {
    await stopEngine(starting);
    throw error;
  });
  const stop = stopOnSignal(server, starting, options.drainTimeoutMs);
  try {
    const { engine, settings } = await starting;
    const seconds = ((performance.now() - startMs) / 1000).toFixed(1);
    console.log(
      `${describeEngine(engine.info, settings.configPath)}\n\nListening on ${server.url} after ${seconds} s. Ctrl-C stops. Try it:\n`,
    );
    console.log(`${curlExample(server.url, engine.info.model, options.apiKeys[0] ?? config.server?.apiKeys?.[0])}\n`);
  } catch (error) {
    await server.close({ drain: false });
    throw error;
  }
  await stop;
}

/** Resolves when a signal has come, running requests have ended and everything is closed. A second signal ends them at once. */
function stopOnSignal(server: RunningServer, starting: ReturnType<typeof startEngine>, drainTimeoutMs: number): Promise<void> {
  return new Promise((resolve, reject) => {
    let signals = 0;
    const onSignal = (signal: NodeJS.Signals): void => {
      signals++;
      if (signals > 1) process.exit(1);
      console.log(`\n${signal}: letting running requests end, for ${drainTimeoutMs / 1000} s at most. Again to stop at once.`);
      const close = async (): Promise<void> => {
        await server.close({ drain: true, timeoutMs: drainTimeoutMs });
        await stopEngine(starting);
      };
      close().then(resolve, reject);
    };
    process.on("SIGTERM", onSignal);
    process.on("SIGINT", onSignal);
  });
}

async function stopEngine(starting: ReturnType<typeof startEngine>): Promise<void> {
  const started = await starting.catch(() => undefined);
  await started?.engine.close({ drain: false });
}
