import { CommanderError } from "commander";
import { createProgram } from "./cli/program.ts";
import { describeError, exitCodeOf } from "./cli/report-error.ts";

const program = createProgram();
program.parseAsync(process.argv).catch((error: unknown) => {
  const verbose = program.opts<{ readonly verbose?: boolean }>().verbose === true || /(^|,)(kvasir|\*)/.test(process.env["DEBUG"] ?? "");
  // Commander has printed its own.
  if (!(error instanceof CommanderError)) console.error(describeError(error, { verbose }));
  process.exitCode = exitCodeOf(error);
});
