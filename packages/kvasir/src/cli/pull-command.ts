import type { Command } from "commander";
import { addExamples } from "./examples.ts";

/** `kvasir pull`: fetches a model from the Hugging Face Hub. */
export function addPullCommand(program: Command): void {
  const command = program
    .command("pull")
    .summary("fetch a model from the Hugging Face Hub")
    .description(
      "Fetch a model from the Hugging Face Hub into the local cache, resuming what was begun before.\nHF_TOKEN gives access to gated models, HF_HOME moves the cache.",
    )
    .argument("<id>", "owner/name, or owner/name:file.gguf for one file of a repository")
    .action(async (id: string) => {
      const { pull } = await import("../commands/pull.ts");
      await pull(id);
    });
  addExamples(command, [
    ["kvasir pull HuggingFaceTB/SmolLM2-135M-Instruct", "config, tokenizer and safetensors"],
    ["kvasir pull owner/name-GGUF:model-q4_k_m.gguf", "one GGUF file"],
  ]);
}
