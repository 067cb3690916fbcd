import { Option, type Command } from "commander";
import type { EvalOptions } from "../eval/eval-options.ts";
import { addEngineFlags, toEngineFlags, type EngineFlagValues } from "./engine-flags.ts";
import { addExamples } from "./examples.ts";
import { parseCount } from "./parse-count.ts";
import { parseNames } from "./parse-names.ts";

/** Named here, since help must not wait for the tasks to load. */
const SUITES: readonly EvalOptions["suite"][] = ["ruler", "multidoc", "agreement"];

interface EvalFlagValues extends EngineFlagValues, Omit<EvalOptions, "apiKey"> {
  readonly apiKey?: string;
}

/** `kvasir eval`: what a KV-cache policy costs in quality. */
export function addEvalCommand(program: Command): void {
  const command = program
    .command("eval")
    .summary("measure answers under a KV-cache policy beside those of the full cache")
    .description(
      "Measure how well a model answers under a KV-cache policy, beside the full cache on the same prompts: in process, or any OpenAI-compatible server with --url. All prompts come from a seed.",
    );
  addEngineFlags(command)
    .addOption(new Option("--suite <name>", "what to ask").choices(SUITES).default("ruler"))
    .option("--tasks <names,...>", "only these tasks of the suite", parseNames)
    .option("--length <tokens>", "tokens of each sequence, answer included", parseCount(1), 4096)
    .option("--samples <n>", "questions per task", parseCount(1), 50)
    .option("--seed <n>", "same seed, same questions", parseCount(0), 42)
    .option("--json <file>", "write every answer, with commit, date, machine and versions")
    .option("--plot <file>", "write a chart of the scores as SVG")
    .option("--concurrency <n>", "questions asked at the same time (default: 2 in process, 4 with --url)", parseCount(1))
    .addOption(
      new Option("--documents <how>", "documents of multidoc: in the prompt, or as contexts that are registered first")
        .choices(["inline", "contexts"])
        .default("inline"),
    )
    .addOption(
      new Option("--mask <how>", "multidoc: hide documents from each other in place, or compute each alone and put them together").choices([
        "block-diagonal",
        "independent",
      ]),
    )
    .option("--url <url>", "OpenAI-compatible server to ask, such as http://127.0.0.1:8080/v1; --model is then the served name")
    .addOption(new Option("--api-key <key>", "key for that server").env("OPENAI_API_KEY"))
    .option("--completions", "with --url: raw prompts to /completions instead of messages to /chat/completions", false)
    .option("--tokenizer <path>", "with --url: model whose tokenizer and chat template size the prompts (default: the server's /tokenize)")
    .action(async (values: EvalFlagValues) => {
      const { evaluate } = await import("../commands/eval.ts");
      await evaluate(toEngineFlags(values), values);
    });
  addExamples(command, [
    ["kvasir eval --samples 10", "RULER at 4,096 tokens, full cache, the config's model"],
    ["kvasir eval --policy streaming --plot scores.svg", "a policy beside the full cache, with a chart"],
    ["kvasir eval --suite multidoc --length 2048 --json multidoc.json", "questions across documents; keep every answer"],
    ["kvasir eval --suite multidoc --mask block-diagonal", "what is lost without attention between documents"],
    ["kvasir eval --suite agreement --policy streaming --samples 4", "how often a policy picks the full cache's token"],
    ["kvasir eval --url http://127.0.0.1:8000/v1 --model name --tokenizer ./model", "another server on the same questions"],
  ]);
}
