import type { Worker } from "node:worker_threads";
import { InvariantError, type KvError } from "@kvasir/kv-core";
import type {
  ChatMessage,
  ContextInfo,
  ContextRegistration,
  Engine,
  EngineEvent,
  EngineInfo,
  EngineStats,
  GenerationRequest,
} from "../engine/engine-api.ts";
import { EventQueue } from "../engine/event-queue.ts";
import { fromFailure } from "./engine-failure.ts";
import type { ProgressListener } from "./host-engine.ts";
import type { CallMethod, ClientMessage, HostMessage, HostMessages } from "./protocol.ts";

interface PendingCall {
  resolve(value: unknown): void;
  reject(error: unknown): void;
}

/**
 * An `Engine` that runs in a worker thread whose entry called `hostEngine`. Resolves when the engine is ready, rejects with the error
 * its creation threw.
 */
export async function connectEngine(worker: Worker, onProgress?: ProgressListener): Promise<Engine> {
  const calls = new Map<number, PendingCall>();
  const streams = new Map<number, EventQueue<EngineEvent>>();
  let nextId = 1;
  const post = (message: ClientMessage): void => worker.postMessage(message);

  const failAll = (error: KvError): void => {
    for (const pending of calls.values()) pending.reject(error);
    for (const stream of streams.values()) stream.end(error);
    calls.clear();
    streams.clear();
  };

  const info = await new Promise<EngineInfo>((resolve, reject) => {
    const receive = (message: HostMessage): void => {
      switch (message.type) {
        case "progress":
          onProgress?.(message.stage, message.done, message.total);
          break;
        case "ready":
          resolve(message.info);
          break;
        case "start-failed":
          reject(fromFailure(message.failure));
          break;
        case "result":
          calls.get(message.id)?.resolve(message.value);
          calls.delete(message.id);
          break;
        case "event":
          streams.get(message.id)?.push(message.event);
          break;
        case "end":
          streams.get(message.id)?.end();
          streams.delete(message.id);
          break;
        case "failed": {
          const error = fromFailure(message.failure);
          calls.get(message.id)?.reject(error);
          streams.get(message.id)?.end(error);
          calls.delete(message.id);
          streams.delete(message.id);
          break;
        }
      }
    };
    worker.on("message", (messages: HostMessages) => messages.forEach(receive));
    const onDeath = (cause: unknown): void => {
      const error = new InvariantError({
        invariant: `the engine's thread lives until it is closed (${cause instanceof Error ? cause.message : String(cause)})`,
        cause,
      });
      reject(error);
      failAll(error);
    };
    worker.on("error", onDeath);
    worker.on("exit", (code) => onDeath(`exit code ${code}`));
  });

  const call = async (method: CallMethod, args: readonly unknown[], signal?: AbortSignal): Promise<unknown> => {
    const id = nextId++;
    const onAbort = (): void => post({ type: "abort", id });
    signal?.addEventListener("abort", onAbort, { once: true });
    try {
      return await new Promise((resolve, reject) => {
        calls.set(id, { resolve, reject });
        post({ type: "call", id, method, args });
        if (signal?.aborted === true) onAbort();
      });
    } finally {
      signal?.removeEventListener("abort", onAbort);
    }
  };

  return {
    info,
    generate(request: GenerationRequest, signal?: AbortSignal): AsyncIterable<EngineEvent> {
      const id = nextId++;
      const abort = (): void => post({ type: "abort", id });
      const queue = new EventQueue<EngineEvent>(() => {
        streams.delete(id);
        abort();
      });
      streams.set(id, queue);
      post({ type: "generate", id, request });
      if (signal?.aborted === true) abort();
      else signal?.addEventListener("abort", abort, { once: true });
      return queue;
    },
    tokenize: (text: string, options: { readonly addSpecialTokens: boolean }) => call("tokenize", [text, options]) as Promise<number[]>,
    tokenizeChat: (messages: readonly ChatMessage[], options: { readonly contexts: readonly string[]; readonly tenant: string }) =>
      call("tokenizeChat", [messages, options]) as Promise<number[]>,
    detokenize: (tokens: readonly number[]) => call("detokenize", [tokens]) as Promise<string>,
    tokenTexts: (tokens: readonly number[]) => call("tokenTexts", [tokens]) as Promise<string[]>,
    createContext: (registration: ContextRegistration, signal?: AbortSignal) =>
      call("createContext", [registration], signal) as Promise<{ readonly context: ContextInfo; readonly isNew: boolean }>,
    getContext: (id: string, tenant: string) => call("getContext", [id, tenant]) as Promise<ContextInfo | undefined>,
    listContexts: (tenant: string) => call("listContexts", [tenant]) as Promise<readonly ContextInfo[]>,
    deleteContext: (id: string, tenant: string) => call("deleteContext", [id, tenant]) as Promise<boolean>,
    stats: () => call("stats", []) as Promise<EngineStats>,
    async close(options?: { readonly drain: boolean }): Promise<void> {
      await call("close", [options]);
      worker.removeAllListeners("exit");
      worker.removeAllListeners("error");
      await worker.terminate();
    },
  };
}
