import type { Command } from "commander";
import { addEngineFlags, toEngineFlags, type EngineFlagValues } from "./engine-flags.ts";
import { addExamples } from "./examples.ts";
import { parseCount, parseCounts } from "./parse-count.ts";

interface BenchFlagValues extends EngineFlagValues {
  readonly prefill: readonly number[];
  readonly decodeAt: readonly number[];
  readonly decodeTokens: number;
  readonly repeat: number;
  readonly json?: string;
}

/** `kvasir bench`: how fast a model runs here. */
export function addBenchCommand(program: Command): void {
  const command = program
    .command("bench")
    .summary("measure prefill and decode speed, time to first token and memory")
    .description("Measure prefill and decode speed (medians), time to first token and peak memory.");
  addEngineFlags(command)
    .option("--prefill <tokens,...>", "prompt lengths to time", parseCounts(1), [512, 4096])
    .option("--decode-at <tokens,...>", "context lengths at which to time decoding", parseCounts(1), [512, 4096])
    .option("--decode-tokens <n>", "tokens to decode each time", parseCount(2), 32)
    .option("--repeat <n>", "runs of each case, interleaved", parseCount(1), 3)
    .option("--json <file>", "write figures with commit, date, machine and versions")
    .action(async (values: BenchFlagValues) => {
      const { bench } = await import("../commands/bench.ts");
      await bench(toEngineFlags(values), values);
    });
  addExamples(command, [
    ["kvasir bench", "the model of the nearest kvasir.config.ts"],
    ["kvasir bench --model model.gguf --threads 2 --repeat 5", "a GGUF file on two threads"],
    ["kvasir bench --backend cpu-wasm --prefill 512 --decode-at 512", "the portable tier"],
    ["kvasir bench --json bench.json", "keep the figures"],
  ]);
}
