import { InvalidArgumentError, type Command } from "commander";
import { addEngineFlags, toEngineFlags, type EngineFlagValues } from "./engine-flags.ts";
import { addExamples } from "./examples.ts";
import { parseCount } from "./parse-count.ts";

interface RunFlagValues extends EngineFlagValues {
  readonly system?: string;
  readonly document: readonly string[];
  readonly maxTokens: number;
  readonly temperature: number;
  readonly topP: number;
  readonly seed?: number;
  readonly stats: boolean;
}

/** `kvasir run`: chat in the terminal. */
export function addRunCommand(program: Command): void {
  const command = program
    .command("run")
    .summary("chat with a model in the terminal")
    .description("Chat with a model in the terminal. With piped input, every line is a question and only answers go to stdout.");
  addEngineFlags(command)
    .option("--system <text>", "system message")
    .option("--document <file...>", "text files to put before the conversation, computed once", [])
    .option("--max-tokens <n>", "longest answer", parseCount(1), 512)
    .option("--temperature <t>", "0 always takes the most likely token", parseNumber(0, 100), 0.2)
    .option("--top-p <p>", "smallest set of tokens whose probabilities sum to this", parseNumber(0, 1), 0.9)
    .option("--seed <n>", "same seed, same answers", parseCount(0))
    .option("--stats", "after each answer, say what it took", false)
    .action(async (values: RunFlagValues) => {
      const { run } = await import("../commands/run.ts");
      await run(toEngineFlags(values), values);
    });
  addExamples(command, [
    ["kvasir run", "the model of the nearest kvasir.config.ts"],
    ["kvasir run --model ./model.gguf --stats", "a GGUF file, with tokens per second"],
    ["kvasir run --document handbook.txt", "ask about a document"],
    ["kvasir run < questions.txt > answers.txt", "one question per line"],
  ]);
}

function parseNumber(minimum: number, maximum: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() === "" || !(value >= minimum && value <= maximum)) {
      throw new InvalidArgumentError(`Give a number from ${minimum} to ${maximum}.`);
    }
    return value;
  };
}
