import type { BenchCases } from "./run-cases.ts";

/** Groups of requests, such as `4x8`: four contexts with eight readers each. */
export interface GroupCounts {
  readonly groups: number;
  readonly readers: number;
}

/** Contexts inside contexts, such as `4x4x2`: four departments of one handbook, four conversations each, two requests each. */
export interface NestedCounts {
  readonly departments: number;
  readonly conversations: number;
  readonly readers: number;
}

/** What `kvasir bench` was asked for. */
export interface BenchOptions extends Omit<BenchCases, "decodeTokens"> {
  readonly suite: "speed" | "shared";
  /** Each suite has its own default. */
  readonly decodeTokens?: number;
  /** File to write the result to. */
  readonly json?: string;
  readonly seed: number;
  /** Numbers of requests on one context. */
  readonly readers: readonly number[];
  readonly contextTokens: number;
  readonly questionTokens: number;
  readonly groups?: GroupCounts;
  readonly nested?: NestedCounts;
  /** Preset that the others are compared with. */
  readonly baseline: string;
  /** More presets to measure beside the chosen one and the baseline. */
  readonly compare: readonly string[];
}
