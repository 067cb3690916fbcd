import { RequestRejectedError } from "../errors/request-rejected-error.ts";
import type { PlaceableContext, PolicyPreset } from "../scheduler/active-request.ts";
import type { RegisteredContext } from "./context-registry.ts";

/**
 * Where registered contexts have their pages, and where their tokens stand in a prompt that begins with them.
 * @param joinedLength tokens of contexts one after another
 * @returns nothing for a preset that places no contexts
 * @throws RequestRejectedError `invalid-option` for a context that is kept packed
 */
export function cachedContexts(
  contexts: readonly RegisteredContext[],
  joinedLength: (contexts: readonly RegisteredContext[]) => number,
  preset: PolicyPreset,
  pageSize: number,
): PlaceableContext[] {
  if (preset.policy.place === undefined) return [];
  let end = 0;
  return contexts.map(({ info, pinned, tokens }, index) => {
    if (pinned.hasEncoded) {
      const reason = `Context "${info.id}" is kept packed (policy "${info.policy}"), and policy "${preset.name}" places contexts as they were computed. Register it without a packing policy.`;
      throw new RequestRejectedError("invalid-option", reason, { context: info.id, policy: preset.name });
    }
    const startPosition = end;
    end = joinedLength(contexts.slice(0, index + 1));
    const length = end - startPosition;
    // What stands only at the beginning of a sequence is left out of all but the first.
    const firstPosition = pinned.length - length;
    const firstPage = Math.floor(firstPosition / pageSize);
    return { pages: pinned.pages.slice(firstPage), skip: firstPosition % pageSize, length, firstPosition, startPosition, pinned, tokens };
  });
}
