import { createProgram } from "./cli/program.ts";
import { describeError } from "./cli/report-error.ts";

const program = createProgram();
program.parseAsync(process.argv).catch((error: unknown) => {
  const verbose = program.opts<{ readonly verbose?: boolean }>().verbose === true || /(^|,)(kvasir|\*)/.test(process.env["DEBUG"] ?? "");
  console.error(describeError(error, { verbose }));
  process.exitCode = 1;
});
