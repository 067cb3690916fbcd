import { writeFile } from "node:fs/promises";
import { provenance, type Provenance } from "../provenance/provenance.ts";
import type { EvalOptions } from "./eval-options.ts";
import type { EvalSetting } from "./suite-runner.ts";

/** How the head of a result file may be read; a change that breaks readers raises the number. */
const RESULT_FORMAT = "kvasir-eval/1";

/** What every result file begins with: enough to make the run again. */
export interface ResultHead extends Provenance {
  readonly format: typeof RESULT_FORMAT;
  readonly command: string;
  readonly isComplete: boolean;
  readonly suite: string;
  readonly policy: string;
  readonly baseline: string | null;
  readonly length: number;
  readonly samplesPerTask: number;
  readonly seed: number;
  readonly tasks: readonly string[];
  readonly target: Readonly<Record<string, unknown>>;
}

/** Collects it. */
export function resultHead({ options, tasks, target, baseline }: EvalSetting, isComplete: boolean): ResultHead {
  return {
    format: RESULT_FORMAT,
    ...provenance(),
    command: commandLine(process.argv.slice(2)),
    isComplete,
    suite: options.suite,
    policy: target.policy,
    baseline: baseline ?? null,
    length: options.length,
    samplesPerTask: options.samples,
    seed: options.seed,
    tasks: tasks.map(({ name }) => name),
    target: target.about,
  };
}

/** Writes what the options ask for; returns the paths. */
export async function writeResults(
  options: EvalOptions,
  results: { readonly json: () => object; readonly plot: () => string },
): Promise<readonly string[]> {
  const written: string[] = [];
  const write = async (path: string | undefined, text: () => string): Promise<void> => {
    if (path === undefined) return;
    await writeFile(path, text());
    written.push(path);
  };
  await write(options.json, () => `${JSON.stringify(results.json(), null, 2)}\n`);
  await write(options.plot, results.plot);
  return written;
}

/** Arguments as typed, without the key of a server. */
function commandLine(args: readonly string[]): string {
  return args.map((arg, index) => (args[index - 1] === "--api-key" ? "***" : arg.replace(/^--api-key=.*/, "--api-key=***"))).join(" ");
}
