import type { ApiError } from "../errors/api-error.ts";
import { errorBody } from "../errors/error-body.ts";
import type { ChoiceEvent } from "../generation/choice.ts";
import type { ChoiceRun } from "../generation/run-choices.ts";
import { type ChoiceUsage, usageBody, type UsageBody } from "../generation/usage.ts";
import { eventStreamResponse, sseDone, sseEvent } from "./event-stream.ts";

export interface ChunkFormat {
  /** Chunks that come before anything is generated. */
  opening(): readonly object[];
  /** Chunks that show one event. */
  chunks(entry: ChoiceEvent): readonly object[] | Promise<readonly object[]>;
  /** The chunk without choices that ends a stream whose client asked for usage. */
  usage?: (usage: UsageBody) => object;
}

/**
 * Streams a run. Waits for its first event, so that a refused request is answered with its own status; what fails later
 * is sent as an event with an error, after which the stream ends.
 * @param toApiError reports the error and makes it fit for the client.
 */
export async function answerStream(run: ChoiceRun, format: ChunkFormat, toApiError: (error: unknown) => ApiError): Promise<Response> {
  const first = await run.events.next();
  return eventStreamResponse(lines(first, run, format, toApiError), () => {
    run.abort();
    run.events.return().catch(() => {});
  });
}

async function* lines(
  first: IteratorResult<ChoiceEvent, void>,
  run: ChoiceRun,
  format: ChunkFormat,
  toApiError: (error: unknown) => ApiError,
): AsyncGenerator<string, void, undefined> {
  const usages: (ChoiceUsage & { readonly index: number })[] = [];
  try {
    for (const chunk of format.opening()) yield sseEvent(chunk);
    for (let next = first; next.done !== true; next = await run.events.next()) {
      const { choice, event } = next.value;
      for (const chunk of await format.chunks(next.value)) yield sseEvent(chunk);
      if (event.type === "finished") usages.push({ index: choice.index, prompt: choice.prompt, usage: event.usage });
    }
    usages.sort((a, b) => a.index - b.index);
    if (format.usage !== undefined) yield sseEvent(format.usage(usageBody(usages)));
    yield sseDone;
  } catch (error) {
    yield sseEvent(errorBody(toApiError(error)));
  } finally {
    await run.events.return();
  }
}
