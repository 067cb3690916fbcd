import { EventEmitter } from "node:events";
import { MessageChannel, type Worker } from "node:worker_threads";
import { expect, it } from "vitest";
import type { Engine, EngineEvent, GenerationRequest } from "../engine/engine-api.ts";
import { EventQueue } from "../engine/event-queue.ts";
import { RequestRejectedError } from "../errors/request-rejected-error.ts";
import { connectEngine } from "./connect-engine.ts";
import { hostEngine } from "./host-engine.ts";

/** Both ends of the protocol, over a real message channel but in one thread. */
async function connect(engine: Engine | Error): Promise<{ remote: Promise<Engine>; thread: EventEmitter }> {
  const { port1, port2 } = new MessageChannel();
  const thread = Object.assign(new EventEmitter(), {
    postMessage: (message: unknown) => port1.postMessage(message),
    terminate: async () => {
      port1.close();
      return 0;
    },
  });
  port1.on("message", (message) => thread.emit("message", message));
  const remote = connectEngine(thread as unknown as Worker);
  remote.catch(() => {});
  await hostEngine(port2, async () => {
    if (engine instanceof Error) throw engine;
    return engine;
  });
  return { remote, thread };
}

const REQUEST: GenerationRequest = { prompt: [1], contexts: [], tenant: "a", maxTokens: 3, sampling: {}, stop: [], ignoreEos: false };

function counting(log: string[]): Engine {
  return {
    info: { model: "counting" },
    async *generate(request: GenerationRequest, signal?: AbortSignal): AsyncIterable<EngineEvent> {
      if (request.contexts.length > 0)
        throw new RequestRejectedError("unknown-context", "No such context.", { context: request.contexts[0] });
      for (let token = 0; ; token++) {
        if (signal?.aborted === true) break;
        const fullLogprobs = request.fullLogprobs === true ? { fullLogprobs: [Float32Array.of(-1, token)] } : {};
        yield { type: "token-delta", tokens: [token], text: String(token), ...fullLogprobs };
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
      log.push("aborted");
    },
    async tokenize(text: string) {
      return [...text].map((character) => character.codePointAt(0)!);
    },
    async close() {
      log.push("closed");
    },
  } as unknown as Engine;
}

it("passes calls, streams and aborts through", async () => {
  const log: string[] = [];
  const engine = await (await connect(counting(log))).remote;
  expect(engine.info.model).toBe("counting");
  expect(await engine.tokenize("ab", { addSpecialTokens: false })).toEqual([97, 98]);
  let text = "";
  for await (const event of engine.generate(REQUEST)) {
    if (event.type === "token-delta") text += event.text;
    if (text.length >= 3) break;
  }
  expect(text).toBe("012");
  const abort = new AbortController();
  setTimeout(() => abort.abort(), 10);
  for await (const _ of engine.generate(REQUEST, abort.signal));
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(log).toEqual(["aborted", "aborted"]);
  await engine.close();
  expect(log).toContain("closed");
});

it("sends what a step has for several requests in one message", async () => {
  const queues: EventQueue<EngineEvent>[] = [];
  const engine = {
    info: { model: "stepping" },
    generate: () => {
      queues.push(new EventQueue<EngineEvent>(() => {}));
      return queues.at(-1)!;
    },
  } as unknown as Engine;
  const { remote, thread } = await connect(engine);
  const streams = Array.from({ length: 3 }, async () => {
    let text = "";
    for await (const event of (await remote).generate(REQUEST)) text += event.type === "token-delta" ? event.text : "";
    return text;
  });
  const sizes: number[] = [];
  thread.on("message", (messages: readonly unknown[]) => sizes.push(messages.length));
  while (queues.length < 3) await new Promise((resolve) => setImmediate(resolve));
  for (const text of ["a", "b"]) {
    for (const queue of queues) queue.push({ type: "token-delta", tokens: [1], text });
    await new Promise((resolve) => setImmediate(resolve));
  }
  for (const queue of queues) queue.end();
  expect(await Promise.all(streams)).toEqual(["ab", "ab", "ab"]);
  expect(sizes.slice(-3)).toEqual([3, 3, 3]);
});

it("carries probabilities of the whole vocabulary", async () => {
  const engine = await (await connect(counting([]))).remote;
  for await (const event of engine.generate({ ...REQUEST, fullLogprobs: true })) {
    expect(event).toMatchObject({ type: "token-delta", fullLogprobs: [Float32Array.of(-1, 0)] });
    break;
  }
  await engine.close();
});

it("rebuilds errors with their class, reason and details", async () => {
  const engine = await (await connect(counting([]))).remote;
  const events = engine.generate({ ...REQUEST, contexts: ["x"] })[Symbol.asyncIterator]();
  const error = await events.next().then(
    () => undefined,
    (caught: unknown) => caught,
  );
  expect(error).toBeInstanceOf(RequestRejectedError);
  expect(error).toMatchObject({ code: "KV_REQUEST_REJECTED", reason: "unknown-context", details: { context: "x" } });
  await engine.close();
});

it("rejects with the error that creating the engine threw, and ends everything when the thread dies", async () => {
  const { remote } = await connect(new RequestRejectedError("busy", "Too early."));
  await expect(remote).rejects.toMatchObject({ reason: "busy", retryable: true });
  const { remote: living, thread } = await connect(counting([]));
  const engine = await living;
  const events = engine.generate(REQUEST)[Symbol.asyncIterator]();
  await events.next();
  thread.emit("exit", 1);
  await expect(
    (async () => {
      for (;;) if ((await events.next()).done === true) return;
    })(),
  ).rejects.toMatchObject({ code: "KV_INVARIANT" });
});
