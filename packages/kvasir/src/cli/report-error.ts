import { KvError } from "@kvasir/kv-core";
import { CommanderError } from "commander";

/** 2 where the command line or the config asks for something that cannot be, as of most Unix tools; 1 for what failed on the way. */
export function exitCodeOf(error: unknown): number {
  // Help and version end in an "error" too, one with exit code 0.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  return KvError.isInstance(error) && error.code === "KV_CONFIG" ? 2 : 1;
}

/**
 * Text of an error for a terminal: one readable line for errors thrown on purpose and for those of the operating system, the whole
 * stack for everything else, or where the user asked for it.
 */
export function describeError(error: unknown, options: { readonly verbose: boolean }): string {
  if (!(error instanceof Error)) return `error: ${String(error)}`;
  const isExpected = KvError.isInstance(error) || isSystemError(error);
  if (options.verbose) return `error: ${stackWithCauses(error)}`;
  if (isExpected) return `error: ${error.message}`;
  return `error: ${error.message}\nThis looks like a fault of Kvasir. Run again with --verbose and report what it prints.`;
}

function isSystemError(error: Error): boolean {
  return "syscall" in error && "code" in error;
}

function stackWithCauses(error: Error): string {
  const own = error.stack ?? `${error.name}: ${error.message}`;
  return error.cause instanceof Error ? `${own}\ncaused by ${stackWithCauses(error.cause)}` : own;
}
