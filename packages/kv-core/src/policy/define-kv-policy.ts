import type { KvPolicy } from "./kv-policy.ts";

/** Makes a policy from its options. */
export type PolicyFactory<Name extends string = string, Options extends object = never> = (options: Options) => KvPolicy<Name>;

/** Identity helper: keeps the literal name and the options type without annotations. */
export function defineKvPolicy<const Name extends string, Options extends object>(
  factory: (options: Options) => KvPolicy<Name>,
): PolicyFactory<Name, Options> {
  return factory;
}
