import { BackendUnavailableError } from "../errors/backend-unavailable-error.ts";
import { createRegistry, type Loader } from "../registry/create-registry.ts";
import { specVersionMismatch } from "../registry/spec-version.ts";
import type { BackendFactory, BackendOptions, KernelBackend } from "./kernel-backend.ts";

export type BackendLoaders = Readonly<Record<string, Loader<BackendFactory>>>;

export interface BackendRegistry<Loaders extends BackendLoaders> {
  readonly ids: readonly (keyof Loaders & string)[];
  has(id: string): id is keyof Loaders & string;
  /** @throws BackendUnavailableError where the id is not registered, the backend cannot run here, or it is written for another version of the contract. */
  create(id: keyof Loaders & string, options?: BackendOptions): Promise<KernelBackend>;
}

/** Backends by id, loaded when first asked for, so that one that cannot run here costs nothing. */
export function createBackendRegistry<const Loaders extends BackendLoaders>(loaders: Loaders): BackendRegistry<Loaders> {
  const registry = createRegistry({
    kind: "backends",
    loaders,
    onMissing: (backend, available) =>
      new BackendUnavailableError({
        backend,
        reason: `no backend of this name is registered. Registered: ${available.join(", ") || "none"}.`,
      }),
  });
  return {
    ids: registry.ids,
    has: registry.has,
    async create(id, options = {}) {
      const factory = await registry.load(id);
      const backend = await factory.create(options);
      const reason = specVersionMismatch("backend", backend);
      if (reason !== undefined) throw new BackendUnavailableError({ backend: id, reason });
      return backend;
    },
  };
}
