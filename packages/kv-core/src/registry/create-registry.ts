import { ConfigError } from "../errors/config-error.ts";
import type { KvError } from "../errors/kv-error.ts";

/** Loads what is registered under an id when it is first asked for, e.g. `() => import("...").then(...)`. */
export type Loader<Item> = () => Promise<Item>;

/** Things by id, loaded when needed. No global state: an application builds its registries from objects, so ids are typed. */
export interface Registry<Loaders extends Readonly<Record<string, Loader<unknown>>>> {
  readonly ids: readonly (keyof Loaders & string)[];
  /** Narrows a string from a request or a configuration file to an id. */
  has(id: string): id is keyof Loaders & string;
  /**
   * @throws the registry's own error where the id is not registered.
   * @throws ConfigError where loading fails.
   */
  load<Id extends keyof Loaders & string>(id: Id): Promise<Awaited<ReturnType<Loaders[Id]>>>;
}

export interface RegistryOptions<Loaders> {
  /** What is registered, in the plural, for messages. */
  readonly kind: string;
  readonly loaders: Loaders;
  readonly onMissing: (requested: string, available: readonly string[]) => KvError;
}

/** A registry of anything; policies and backends have their own on top of it. */
export function createRegistry<const Loaders extends Readonly<Record<string, Loader<unknown>>>>(
  options: RegistryOptions<Loaders>,
): Registry<Loaders> {
  const { kind, loaders, onMissing } = options;
  const ids: readonly (keyof Loaders & string)[] = Object.keys(loaders);
  const has = (id: string): id is keyof Loaders & string => Object.hasOwn(loaders, id);
  return {
    ids,
    has,
    async load<Id extends keyof Loaders & string>(id: Id): Promise<Awaited<ReturnType<Loaders[Id]>>> {
      const load = has(id) ? loaders[id] : undefined;
      if (load === undefined) throw onMissing(id, ids);
      try {
        return (await load()) as Awaited<ReturnType<Loaders[Id]>>;
      } catch (cause) {
        const detail = cause instanceof Error ? cause.message : String(cause);
        throw new ConfigError({ option: `${kind}.${id}`, reason: `could not be loaded: ${detail}`, cause });
      }
    },
  };
}
