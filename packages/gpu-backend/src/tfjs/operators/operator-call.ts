import type { KernelBackend } from "@kvasir/kv-core";

/** What an operator of the contract is called with. */
export type OperatorCall<Name extends keyof KernelBackend> = KernelBackend[Name] extends (call: infer Call) => void ? Call : never;
