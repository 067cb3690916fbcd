import { IncompatiblePolicyError } from "../errors/incompatible-policy-error.ts";
import { NoSuchPolicyError } from "../errors/no-such-policy-error.ts";
import { createRegistry, type Loader } from "../registry/create-registry.ts";
import { specVersionMismatch } from "../registry/spec-version.ts";
import type { PolicyFactory } from "./define-kv-policy.ts";
import type { KvPolicy } from "./kv-policy.ts";

export type PolicyLoaders = Readonly<Record<string, Loader<PolicyFactory<string, never>>>>;

/** Options that the factory behind a loader takes. */
export type PolicyOptionsOf<L> =
  L extends Loader<infer Factory> ? (Factory extends (options: infer Options) => KvPolicy ? Options : never) : never;

export interface PolicyRegistry<Loaders extends PolicyLoaders> {
  readonly ids: readonly (keyof Loaders & string)[];
  has(id: string): id is keyof Loaders & string;
  /**
   * @throws NoSuchPolicyError where the id is not registered.
   * @throws IncompatiblePolicyError where the policy is written for another version of the contract.
   */
  create<Id extends keyof Loaders & string>(id: Id, options: PolicyOptionsOf<Loaders[Id]>): Promise<KvPolicy>;
}

/**
 * Policies by id, loaded when first asked for.
 *
 * @example
 * const policies = createPolicyRegistry({ full: async () => fullPolicy });
 * const policy = await policies.create("full", {});
 */
export function createPolicyRegistry<const Loaders extends PolicyLoaders>(loaders: Loaders): PolicyRegistry<Loaders> {
  const registry = createRegistry({
    kind: "policies",
    loaders,
    onMissing: (requested, available) => new NoSuchPolicyError({ requested, available }),
  });
  return {
    ids: registry.ids,
    has: registry.has,
    async create(id, options) {
      const factory = await registry.load(id);
      const policy = factory(options as never);
      const reason = specVersionMismatch("policy", policy);
      if (reason !== undefined) throw new IncompatiblePolicyError({ policy: id, reason });
      return policy;
    },
  };
}
