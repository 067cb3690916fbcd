import type { Engine } from "@kvasir/model-runtime";
import { serverStopped } from "../errors/server-stopped.ts";
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
  return { events: refuseUnfinished(merged, choices.length, state.shutdown.signal, linked.dispose), abort: linked.abort };
}

/** A generation that the server itself cut off is an error, not a short answer. */
async function* refuseUnfinished(
  events: AsyncGenerator<ChoiceEvent, void, undefined>,
  choiceCount: number,
  shutdown: AbortSignal,
  dispose: () => void,
): AsyncGenerator<ChoiceEvent, void, undefined> {
  let unfinished = choiceCount;
  try {
    for await (const entry of events) {
      if (entry.event.type === "finished") {
        if (entry.event.reason === "cancelled") throw serverStopped();
        unfinished--;
      }
      yield entry;
    }
    if (unfinished > 0) throw serverStopped();
  } catch (error) {
    throw shutdown.aborted ? serverStopped(error) : error;
  } finally {
    dispose();
  }
}
