import { KvError } from "@kvasir/kv-core";
import type { EngineEvent } from "@kvasir/model-runtime";
import type { RequestOutcome, ServerMetrics } from "./server-metrics.ts";

/**
 * Passes a generation's events on and takes its times.
 * @param startedAt when the request came in, from `performance.now()`.
 */
export async function* observeGeneration(
  events: AsyncIterable<EngineEvent>,
  metrics: ServerMetrics,
  startedAt: number,
): AsyncGenerator<EngineEvent, void, undefined> {
  let lastTokensAt: number | undefined;
  // Stays so when the client goes away: the consumer then leaves the iteration early.
  let outcome: RequestOutcome = "cancelled";
  try {
    for await (const event of events) {
      if (event.type === "token-delta" && event.tokens.length > 0) {
        const now = performance.now();
        if (lastTokensAt === undefined) metrics.observeFirstToken(seconds(startedAt, now));
        else metrics.observeTokens(seconds(lastTokensAt, now), event.tokens.length);
        lastTokensAt = now;
      } else if (event.type === "finished") {
        outcome = event.reason;
      }
      yield event;
    }
  } catch (error) {
    outcome = KvError.isInstance(error) && error.code === "KV_REQUEST_REJECTED" ? "rejected" : "error";
    throw error;
  } finally {
    metrics.observeRequest(outcome, seconds(startedAt, performance.now()));
  }
}

function seconds(from: number, to: number): number {
  return (to - from) / 1000;
}
