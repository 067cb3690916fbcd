import type { EngineEvent } from "@kvasir/model-runtime";
import type { Choice, ChoiceEvent } from "./choice.ts";

export interface MergeOptions {
  /** Most choices that run at once. */
  readonly concurrency: number;
  /** Called once when the iteration ends, also early: generations still running are to stop. */
  readonly abort: () => void;
}

interface Running {
  readonly choice: Choice;
  readonly iterator: AsyncIterator<EngineEvent>;
}

interface Arrival {
  readonly running: Running;
  readonly result: IteratorResult<EngineEvent>;
}

/** Runs choices at the same time and yields their events as they come; those of one choice keep their order. */
export async function* mergeChoices(
  choices: readonly Choice[],
  open: (choice: Choice) => AsyncIterable<EngineEvent>,
  options: MergeOptions,
): AsyncGenerator<ChoiceEvent, void, undefined> {
  const pending = new Map<Running, Promise<Arrival>>();
  const advance = (running: Running): void => {
    const arrival = running.iterator.next().then((result) => ({ running, result }));
    // Only one arrival is awaited when another has failed; the others must not count as unhandled.
    arrival.catch(() => {});
    pending.set(running, arrival);
  };
  const waiting = choices.values();
  const startNext = (): void => {
    const { value: choice } = waiting.next();
    if (choice !== undefined) advance({ choice, iterator: open(choice)[Symbol.asyncIterator]() });
  };
  for (let slot = 0; slot < options.concurrency; slot++) startNext();

  try {
    while (pending.size > 0) {
      const { running, result } = await Promise.race(pending.values());
      if (result.done === true) {
        pending.delete(running);
        startNext();
      } else {
        yield { choice: running.choice, event: result.value };
        advance(running);
      }
    }
  } finally {
    options.abort();
    for (const { iterator } of pending.keys()) iterator.return?.().catch(() => {});
  }
}
