import { ConfigError } from "@kvasir/kv-core";

/** Checks an option that counts something. @throws ConfigError naming the option. */
export function checkCount(option: string, value: unknown, least: number): void {
  if (Number.isSafeInteger(value) && (value as number) >= least) return;
  throw new ConfigError({ option, reason: `is ${String(value)}; give a whole number of at least ${least}.` });
}
