import { setTimeout as sleep } from "node:timers/promises";

/** Waits until `isTrue`, for at most `timeoutMs`. */
export async function waitUntil(isTrue: () => boolean, timeoutMs: number = 2_000): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  while (!isTrue()) {
    if (performance.now() > deadline) throw new Error(`Nothing happened within ${timeoutMs} ms.`);
    await sleep(2);
  }
}
