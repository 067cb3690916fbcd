import { setMaxListeners } from "node:events";

/** Ends a request's generations: when its client is gone, when the server stops, or when one of them failed. */
export interface LinkedAbort {
  readonly signal: AbortSignal;
  abort(): void;
  /** Lets go of the sources. Call when the request is over. */
  dispose(): void;
}

/** `AbortSignal.any` whose listeners are removed: the server's own signal outlives every request. */
export function linkAbort(sources: readonly AbortSignal[]): LinkedAbort {
  const controller = new AbortController();
  // One listener per choice is no leak.
  setMaxListeners(0, controller.signal);
  const abort = (): void => controller.abort();
  for (const source of sources) {
    if (source.aborted) abort();
    else source.addEventListener("abort", abort, { once: true });
  }
  return {
    signal: controller.signal,
    abort,
    dispose() {
      for (const source of sources) source.removeEventListener("abort", abort);
    },
  };
}
