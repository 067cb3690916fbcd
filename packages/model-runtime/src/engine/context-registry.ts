import { createHash } from "node:crypto";
import type { PinnedPages } from "@kvasir/kv-core";
import { RequestRejectedError } from "../errors/request-rejected-error.ts";
import type { ContextContent, ContextInfo, ContextRegistration } from "./engine-api.ts";

/** A registered context: its tokens, and the pages that keep its KV from being evicted. */
export interface RegisteredContext {
  readonly info: ContextInfo;
  readonly content: ContextContent;
  readonly fingerprint: string;
  /** Tenant that registered it, and alone may delete it. */
  readonly owner: string;
  readonly tokens: readonly number[];
  /** Holds one reference to every page. */
  readonly pinned: PinnedPages;
}

/** SHA-256 of a context's content and of everything else its KV depends on. */
export function contextFingerprint(registration: ContextRegistration, policy: string): string {
  return createHash("sha256")
    .update(JSON.stringify([registration.content, registration.visibility, policy]))
    .digest("hex");
}

/** Contexts by owner: a private one belongs to a tenant, public ones are seen by all. */
export class ContextRegistry {
  readonly #private = new Map<string, Map<string, RegisteredContext>>();
  readonly #public = new Map<string, RegisteredContext>();

  /** The context a tenant means by an id: its own first, then a public one. */
  find(id: string, tenant: string): RegisteredContext | undefined {
    return this.#private.get(tenant)?.get(id) ?? this.#public.get(id);
  }

  /** @throws RequestRejectedError `unknown-context`, naming the id. */
  get(id: string, tenant: string): RegisteredContext {
    const context = this.find(id, tenant);
    if (context === undefined) {
      throw new RequestRejectedError("unknown-context", `No context "${id}" is registered. Register it with POST /v1/contexts.`, {
        context: id,
      });
    }
    return context;
  }

  list(tenant: string): RegisteredContext[] {
    return [...(this.#private.get(tenant)?.values() ?? []), ...this.#public.values()];
  }

  add(context: RegisteredContext): void {
    if (context.info.visibility === "public") {
      this.#public.set(context.info.id, context);
      return;
    }
    let own = this.#private.get(context.owner);
    if (own === undefined) {
      own = new Map();
      this.#private.set(context.owner, own);
    }
    own.set(context.info.id, context);
  }

  /** Takes a tenant's own context out, private or public; requests that run on its pages keep their own references. */
  remove(id: string, tenant: string): RegisteredContext | undefined {
    const own = this.#private.get(tenant);
    const context = own?.get(id);
    if (own !== undefined && context !== undefined) {
      own.delete(id);
      if (own.size === 0) this.#private.delete(tenant);
      return context;
    }
    const shared = this.#public.get(id);
    if (shared?.owner !== tenant) return undefined;
    this.#public.delete(id);
    return shared;
  }

  all(): RegisteredContext[] {
    return [...this.#public.values(), ...[...this.#private.values()].flatMap((own) => [...own.values()])];
  }
}
