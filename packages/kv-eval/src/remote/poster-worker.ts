import { workerData } from "node:worker_threads";
import type { PosterReply, PosterRequest, PosterWorkerData } from "./sync-poster.ts";

const { port, replies, headers } = workerData as PosterWorkerData;

async function post({ url, body }: PosterRequest): Promise<PosterReply> {
  try {
    const response = await fetch(url, { method: "POST", headers: { ...headers }, body: JSON.stringify(body) });
    const text = await response.text();
    return response.ok ? { value: JSON.parse(text) as unknown } : { problem: `${response.status} ${text.slice(0, 300)}` };
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    return { problem: cause instanceof Error ? cause.message : String(cause) };
  }
}

async function reply(request: PosterRequest): Promise<void> {
  port.postMessage(await post(request));
  Atomics.add(replies, 0, 1);
  Atomics.notify(replies, 0);
}

port.on("message", (request: PosterRequest) => void reply(request));
