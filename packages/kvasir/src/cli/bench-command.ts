import { Option, type Command } from "commander";
import type { BenchOptions } from "../bench/bench-options.ts";
import { addEngineFlags, toEngineFlags, type EngineFlagValues } from "./engine-flags.ts";
import { addExamples } from "./examples.ts";
import { parseCount, parseCounts, parseProduct } from "./parse-count.ts";
import { parseNames } from "./parse-names.ts";

/** Named here, since help must not wait for the suites to load. */
const SUITES: readonly BenchOptions["suite"][] = ["speed", "shared"];

interface BenchFlagValues extends EngineFlagValues, Omit<BenchOptions, "groups" | "nested"> {
  readonly groups?: readonly [number, number];
  readonly nested?: readonly [number, number, number];
}

/** `kvasir bench`: how fast a model runs here. */
export function addBenchCommand(program: Command): void {
  const command = program
    .command("bench")
    .summary("measure prefill and decode speed, time to first token and memory")
    .description(
      "Measure prefill and decode speed (medians), time to first token and peak memory; with --suite shared, many requests at once over contexts they share, under several policy presets.",
    );
  addEngineFlags(command)
    .addOption(new Option("--suite <name>", "one request at a time, or many that share contexts").choices(SUITES).default("speed"))
    .option("--prefill <tokens,...>", "speed: prompt lengths to time", parseCounts(1), [512, 4096])
    .option("--decode-at <tokens,...>", "speed: context lengths at which to time decoding", parseCounts(1), [512, 4096])
    .option("--decode-tokens <n>", "tokens to decode each time (default: 32; shared: 64)", parseCount(2))
    .option("--repeat <n>", "runs of each case, interleaved", parseCount(1), 3)
    .option("--readers <n,...>", "shared: numbers of requests on one context", parseCounts(1), [1, 2, 4, 8, 16, 32])
    .option("--context-tokens <n>", "shared: tokens of the context", parseCount(1), 4096)
    .option("--question-tokens <n>", "shared: tokens of its own that each request adds", parseCount(1), 16)
    .option("--groups <4x8>", "shared: also this many contexts of unequal length x requests on each", parseProduct(2))
    .option("--nested <4x4x2>", "shared: also a handbook with so many departments x conversations x requests", parseProduct(3))
    .option("--baseline <preset>", "shared: preset that --policy is compared with", "full")
    .option("--compare <presets,...>", "shared: more presets to measure in the same rounds", parseNames, [])
    .option("--seed <n>", "shared: same seed, same tokens", parseCount(0), 42)
    .option("--json <file>", "write figures with commit, date, machine and versions")
    .action(async (values: BenchFlagValues) => {
      const { bench } = await import("../commands/bench.ts");
      const { groups, nested, ...rest } = values;
      await bench(toEngineFlags(values), {
        ...rest,
        ...(groups === undefined ? {} : { groups: { groups: groups[0], readers: groups[1] } }),
        ...(nested === undefined ? {} : { nested: { departments: nested[0], conversations: nested[1], readers: nested[2] } }),
      });
    });
  addExamples(command, [
    ["kvasir bench", "the model of the nearest kvasir.config.ts"],
    ["kvasir bench --model model.gguf --threads 2 --repeat 5", "a GGUF file on two threads"],
    ["kvasir bench --backend cpu-wasm --prefill 512 --decode-at 512", "the portable tier"],
    ["kvasir bench --suite shared --policy shared", "1 to 32 requests on one context, beside the full cache"],
    ["kvasir bench --suite shared --readers 32 --groups 4x8 --nested 4x4x2", "several contexts at once, and contexts inside contexts"],
    ["kvasir bench --json bench.json", "keep the figures"],
  ]);
}
