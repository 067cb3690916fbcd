import type { Command } from "commander";
import { addExamples } from "./examples.ts";

/** `kvasir pull`: fetches a model from the Hugging Face Hub. */
export function addPullCommand(program: Command): void {
  const command = program
    .command("pull")
    .summary("fetch a model from the Hugging Face Hub")
    .description(
      "Fetch a model from the Hugging Face Hub into the cache that Hugging Face's own tools use, going on where an earlier try stopped and " +
        "checking every file's hash. Prints the model's path. HF_TOKEN gives access to gated models, HF_HOME moves the cache.",
    )
    .argument("<id>", "owner/name, with @revision or :file (a path in the repository or a quantisation such as Q8_0) after it where wanted")
    .action(async (id: string) => {
      await (await import("../commands/pull.ts")).pull(id);
    });
  addExamples(command, [
    ["kvasir pull HuggingFaceTB/SmolLM2-135M-Instruct", "config, tokenizer and safetensors"],
    ["kvasir pull unsloth/SmolLM2-135M-Instruct-GGUF:Q8_0", "one quantisation of a GGUF repository"],
    ["kvasir run --model HuggingFaceTB/SmolLM2-135M-Instruct", "pull where needed, then chat"],
  ]);
}
