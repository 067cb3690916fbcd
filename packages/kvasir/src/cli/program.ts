import { Command } from "commander";
import { addBenchCommand } from "./bench-command.ts";
import { addEvalCommand } from "./eval-command.ts";
import { addInspectCommand } from "./inspect-command.ts";
import { addPullCommand } from "./pull-command.ts";
import { addRunCommand } from "./run-command.ts";
import { addServeCommand } from "./serve-command.ts";
import { version } from "./version.ts";

/** The `kvasir` command with all its verbs. Heavy modules load when a verb runs, so that help stays instant. */
export function createProgram(): Command {
  const program = new Command("kvasir")
    .description("Run and serve language models over a programmable KV cache.")
    .version(version, "-V, --version", "print the version")
    .option("--verbose", "print stacks of errors (also: DEBUG=kvasir)")
    // The caller decides how the process ends; commands inherit this.
    .exitOverride()
    .configureHelp({ showGlobalOptions: true })
    .showHelpAfterError("Run with --help to see what is accepted.");
  addServeCommand(program);
  addRunCommand(program);
  addInspectCommand(program);
  addBenchCommand(program);
  addEvalCommand(program);
  addPullCommand(program);
  program.addHelpText(
    "after",
    "\nA config file, kvasir.config.ts, says which backends and policies exist: see docs/guide/configuration.md.",
  );
  return program;
}
