import type { MessagePort } from "node:worker_threads";
import type { Engine } from "../engine/engine-api.ts";
import { toFailure } from "./engine-failure.ts";
import type { CallMethod, ClientMessage, HostMessage } from "./protocol.ts";

export type ProgressListener = (stage: string, done: number, total: number) => void;

/**
 * Serves an engine over a message port: the engine's side of `connectEngine`. A worker's entry file calls it with `parentPort` and a
 * function that makes the engine, since backends and policies are functions and cannot be sent.
 */
export async function hostEngine(port: MessagePort, create: (onProgress: ProgressListener) => Promise<Engine>): Promise<void> {
  const post = (message: HostMessage): void => port.postMessage(message);
  let engine: Engine;
  try {
    engine = await create((stage, done, total) => post({ type: "progress", stage, done, total }));
  } catch (error) {
    post({ type: "start-failed", failure: toFailure(error) });
    port.close();
    return;
  }
  const aborts = new Map<number, AbortController>();

  const generate = async (id: number, message: Extract<ClientMessage, { type: "generate" }>): Promise<void> => {
    const abort = new AbortController();
    aborts.set(id, abort);
    try {
      for await (const event of engine.generate(message.request, abort.signal)) post({ type: "event", id, event });
      post({ type: "end", id });
    } catch (error) {
      post({ type: "failed", id, failure: toFailure(error) });
    } finally {
      aborts.delete(id);
    }
  };

  const call = async (id: number, method: CallMethod, args: readonly unknown[]): Promise<void> => {
    const abort = new AbortController();
    aborts.set(id, abort);
    try {
      const target = engine[method] as (...args: unknown[]) => Promise<unknown>;
      const withSignal: unknown[] = method === "createContext" ? [args[0], abort.signal] : [...args];
      const value = await target.apply(engine, withSignal);
      post({ type: "result", id, value });
      if (method === "close") port.close();
    } catch (error) {
      post({ type: "failed", id, failure: toFailure(error) });
    } finally {
      aborts.delete(id);
    }
  };

  port.on("message", (message: ClientMessage) => {
    if (message.type === "generate") void generate(message.id, message);
    else if (message.type === "abort") aborts.get(message.id)?.abort();
    else void call(message.id, message.method, message.args);
  });
  post({ type: "ready", info: engine.info });
}
