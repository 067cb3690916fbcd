import type { KvStore, PinnedPages } from "@kvasir/kv-core";
import type { ActiveRequest } from "../scheduler/active-request.ts";
import type { ContextInfo, ContextRegistration } from "./engine-api.ts";

/** What clients are told of a context once its pages are pinned. */
export function contextInfo(
  registration: ContextRegistration & { readonly id: string },
  { promptLength, preset }: ActiveRequest,
  pinned: PinnedPages,
  store: KvStore,
): ContextInfo {
  return {
    id: registration.id,
    created: Math.floor(Date.now() / 1000),
    title: registration.title ?? null,
    tokens: promptLength,
    visibility: registration.visibility,
    policy: preset.name,
    kvBytes: pinned.pageCount * store.pageBytes,
    denseKvBytes: Math.ceil(promptLength / store.spec.pageSize) * store.pageBytes,
  };
}
