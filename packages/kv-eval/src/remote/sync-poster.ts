import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { MessageChannel, receiveMessageOnPort, Worker, type MessagePort } from "node:worker_threads";
import { ServerRequestError } from "./server-request-error.ts";

/** What the thread that posts is started with. */
export interface PosterWorkerData {
  readonly port: MessagePort;
  /** Raised by one and notified with every reply. */
  readonly replies: Int32Array;
  readonly headers: Readonly<Record<string, string>>;
}

export interface PosterRequest {
  readonly url: string;
  readonly body: object;
}

export type PosterReply = { readonly value: unknown } | { readonly problem: string };

const TIMEOUT_MS = 60_000;

/** Posts JSON and waits for the reply without letting the event loop turn. */
export class SyncPoster {
  readonly #worker: Worker;
  readonly #port: MessagePort;
  readonly #replies: Int32Array<SharedArrayBuffer> = new Int32Array(new SharedArrayBuffer(4));

  constructor(headers: Readonly<Record<string, string>>) {
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    const workerData: PosterWorkerData = { port: port2, replies: this.#replies, headers };
    const root = dirname(createRequire(import.meta.url).resolve("@kvasir/kv-eval/package.json"));
    this.#worker = new Worker(join(root, "dist/poster-worker.js"), { workerData, transferList: [port2] });
    this.#worker.unref();
    this.#port.unref();
  }

  /** @throws ServerRequestError where the server does not answer or refuses */
  post(url: string, body: object): unknown {
    const before = Atomics.load(this.#replies, 0);
    this.#port.postMessage({ url, body } satisfies PosterRequest);
    if (Atomics.wait(this.#replies, 0, before, TIMEOUT_MS) === "timed-out") {
      throw new ServerRequestError({ url, problem: `no reply within ${TIMEOUT_MS / 1000} s`, isBusy: true });
    }
    const reply = receiveMessageOnPort(this.#port)?.message as PosterReply | undefined;
    if (reply !== undefined && "value" in reply) return reply.value;
    throw new ServerRequestError({ url, problem: reply?.problem ?? "no reply", isBusy: false });
  }

  async close(): Promise<void> {
    this.#port.close();
    await this.#worker.terminate();
  }
}
