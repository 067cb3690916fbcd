import type { MessagePort } from "node:worker_threads";
import type { Engine } from "../engine/engine-api.ts";
import { toFailure } from "./engine-failure.ts";
import { HostOutbox } from "./host-outbox.ts";
import type { CallMethod, ClientMessage } from "./protocol.ts";

export type ProgressListener = (stage: string, done: number, total: number) => void;

/**
 * Serves an engine over a message port: the engine's side of `connectEngine`. A worker's entry file calls it with `parentPort` and a
 * function that makes the engine, since backends and policies are functions and cannot be sent.
 */
export async function hostEngine(port: MessagePort, create: (onProgress: ProgressListener) => Promise<Engine>): Promise<void> {
  const outbox = new HostOutbox(port);
  let engine: Engine;
  try {
    engine = await create((stage, done, total) => {
      outbox.post({ type: "progress", stage, done, total });
      // A model is loaded without a pause.
      outbox.flush();
    });
  } catch (error) {
    outbox.post({ type: "start-failed", failure: toFailure(error) });
    outbox.flush();
    port.close();
    return;
  }
  const aborts = new Map<number, AbortController>();

  const generate = async (id: number, message: Extract<ClientMessage, { type: "generate" }>): Promise<void> => {
    const abort = new AbortController();
    aborts.set(id, abort);
    try {
      for await (const event of engine.generate(message.request, abort.signal)) outbox.post({ type: "event", id, event });
      outbox.post({ type: "end", id });
    } catch (error) {
      outbox.post({ type: "failed", id, failure: toFailure(error) });
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
      outbox.post({ type: "result", id, value });
      if (method !== "close") return;
      outbox.flush();
      port.close();
    } catch (error) {
      outbox.post({ type: "failed", id, failure: toFailure(error) });
    } finally {
      aborts.delete(id);
    }
  };

  port.on("message", (message: ClientMessage) => {
    if (message.type === "generate") void generate(message.id, message);
    else if (message.type === "abort") aborts.get(message.id)?.abort();
    else void call(message.id, message.method, message.args);
  });
  outbox.post({ type: "ready", info: engine.info });
}
