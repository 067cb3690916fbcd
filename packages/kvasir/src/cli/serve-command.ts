import { InvalidArgumentError, Option, type Command } from "commander";
import { addEngineFlags, toEngineFlags, type EngineFlagValues } from "./engine-flags.ts";
import { addExamples } from "./examples.ts";
import { parseCount } from "./parse-count.ts";

interface ServeFlagValues extends EngineFlagValues {
  readonly port?: number;
  readonly host?: string;
  readonly apiKey: readonly string[];
  readonly drainTimeout: number;
}

/** `kvasir serve`: the OpenAI-compatible HTTP server. */
export function addServeCommand(program: Command): void {
  const command = program
    .command("serve")
    .summary("serve a model over an OpenAI-compatible HTTP API")
    .description(
      "Serve a model over an OpenAI-compatible HTTP API, with contexts that many requests share and KV-cache policies that each request may choose. Stops cleanly on SIGTERM and Ctrl-C.",
    );
  addEngineFlags(command)
    .addOption(new Option("-p, --port <n>", "port to listen on; 0 takes a free one (default: 8080)").env("PORT").argParser(parsePort))
    .addOption(new Option("--host <name>", "address to listen on; 0.0.0.0 for all (default: 127.0.0.1)").env("HOST"))
    .addOption(
      new Option("--api-key <key>", "key that clients must send, each a tenant of its own; repeatable")
        .default([], "none: no key needed")
        .argParser((key: string, keys: readonly string[]) => [...keys, key]),
    )
    .option("--drain-timeout <seconds>", "longest wait for running requests when stopping", parseCount(0), 30)
    .action(async (values: ServeFlagValues) => {
      const { serve } = await import("../commands/serve.ts");
      await serve(toEngineFlags(values), {
        apiKeys: values.apiKey,
        drainTimeoutMs: values.drainTimeout * 1000,
        ...(values.port === undefined ? {} : { port: values.port }),
        ...(values.host === undefined ? {} : { host: values.host }),
      });
    });
  addExamples(command, [
    ["kvasir serve", "the model of the nearest kvasir.config.ts"],
    ["kvasir serve --model ./model.gguf --port 9000", "a GGUF file"],
    ["kvasir serve --model owner/name --memory 2GiB", "a model of the Hugging Face Hub, 2 GiB of KV pages"],
    ["kvasir serve --policy streaming --kv-dtype int8", "another default policy, smaller KV"],
  ]);
}

function parsePort(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65_535) throw new InvalidArgumentError("Give a port from 0 to 65535.");
  return port;
}
