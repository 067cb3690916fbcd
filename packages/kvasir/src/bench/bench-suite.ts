import type { Engine } from "@kvasir/model-runtime";
import type { BenchOptions } from "./bench-options.ts";

/** What a suite found: a table for people, and its part of the report. */
export interface BenchOutcome {
  readonly table: string;
  readonly report: Readonly<Record<string, unknown>>;
}

/** A set of measurements on one engine. `policy` is the preset chosen on the command line. */
export interface BenchSuite {
  run(engine: Engine, policy: string, options: BenchOptions, onRun: (done: number, total: number) => void): Promise<BenchOutcome>;
}
