import type { Engine } from "@kvasir/model-runtime";
import { ApiError } from "../errors/api-error.ts";
import { linkAbort } from "../http/link-abort.ts";
import { observeGeneration } from "../metrics/observe-generation.ts";
import type { ServerState } from "../server-state.ts";
import type { Choice, ChoiceEvent } from "./choice.ts";
import { mergeChoices } from "./merge-choices.ts";

/** Generations of one request of most choices at once, where the options do not say. */
const defaultConcurrentChoices = 32;

export interface ChoiceRun {
  readonly events: AsyncGenerator<ChoiceEvent, void, undefined>;
  /** Stops everything that still runs. */
  abort(): void;
}

/**
 * Runs a request's choices on the engine.
 * @param clientSignal aborts when the client is gone.
 * @param startedAt when the request came in, from `performance.now()`.
 */
export function runChoices(
  state: ServerState,
  engine: Engine,
  choices: readonly Choice[],
  clientSignal: AbortSignal,
  startedAt: number,
): ChoiceRun {
  const linked = linkAbort([clientSignal, state.shutdown.signal]);
  const merged = mergeChoices(
    choices,
    (choice) => observeGeneration(engine.generate(choice.request, linked.signal), state.metrics, startedAt),
    { concurrency: state.options.concurrentChoices ?? defaultConcurrentChoices, abort: linked.abort },
  );
  return { events: refuseCancelled(merged, state.shutdown.signal, linked.dispose), abort: linked.abort };
}

/** A generation that the server itself cut off is an error, not a short answer. */
async function* refuseCancelled(
  events: AsyncGenerator<ChoiceEvent, void, undefined>,
  shutdown: AbortSignal,
  dispose: () => void,
): AsyncGenerator<ChoiceEvent, void, undefined> {
  try {
    for await (const entry of events) {
      if (entry.event.type === "finished" && entry.event.reason === "cancelled") throw shutDown();
      yield entry;
    }
  } catch (error) {
    throw shutdown.aborted ? shutDown() : error;
  } finally {
    dispose();
  }
}

function shutDown(): ApiError {
  return new ApiError(503, "The server stopped before the answer was complete.", {
    openaiCode: "shutting_down",
    headers: { "retry-after": "10" },
  });
}
