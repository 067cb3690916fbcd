import type { ActiveRequest } from "../scheduler/active-request.ts";

/**
 * Recodes pages of requests that cannot go on before it, in turn and for a while. When it happens changes no result: a request takes no step
 * meanwhile.
 * @param ms about how long; one layer and KV head of the first request is done in any case
 * @param onFailed a request whose pages cannot be recoded
 * @param onLackOfPages a request whose recoding was given up
 */
export async function recodeInSlices(
  requests: readonly ActiveRequest[],
  ms: number,
  onFailed: (request: ActiveRequest, error: unknown) => void,
  onLackOfPages: (request: ActiveRequest) => void,
): Promise<void> {
  const end = performance.now() + ms;
  const isTimeUp = (): boolean => performance.now() >= end;
  for (const request of requests) {
    const { recodings } = request;
    // One that was preempted since to make room has none.
    if (recodings === undefined) continue;
    const { givenUp } = recodings;
    // Pages must not be given up while something is written into them.
    request.isInFlight = true;
    try {
      await recodings.work(isTimeUp);
      request.isInFlight = false;
      if (recodings.givenUp > givenUp) onLackOfPages(request);
    } catch (error) {
      request.isInFlight = false;
      onFailed(request, error);
    }
    if (isTimeUp()) return;
  }
}
