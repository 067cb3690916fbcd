import type { MessagePort } from "node:worker_threads";
import type { HostMessage } from "./protocol.ts";

/** Sends together what comes in one turn: the events that a step has for all of its requests. */
export class HostOutbox {
  readonly #port: MessagePort;
  readonly #messages: HostMessage[] = [];

  constructor(port: MessagePort) {
    this.#port = port;
  }

  post(message: HostMessage): void {
    this.#messages.push(message);
    // Requests that got their events in the same turn have their microtasks queued already, before this one.
    if (this.#messages.length === 1) queueMicrotask(() => this.flush());
  }

  /** Sends at once what has been posted. */
  flush(): void {
    if (this.#messages.length > 0) this.#port.postMessage(this.#messages.splice(0));
  }
}
