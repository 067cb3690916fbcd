import type { Command } from "commander";
import { addExamples } from "./examples.ts";

/** `kvasir inspect`: what a model, or this machine's GPU, is. */
export function addInspectCommand(program: Command): void {
  const command = program
    .command("inspect")
    .summary("show a model's shape, tensors and KV bytes per token, or the GPU")
    .description(
      "Show what a model file or directory holds: shape, tensors, element types, bytes of KV per token,\ntokenizer and chat template. `kvasir inspect gpu` shows which CUDA devices there are, or why none.",
    )
    .argument("<model|gpu>", "GGUF file, model directory, Hugging Face Hub id, or the word gpu")
    .option("--json", "print JSON", false)
    .action(async (target: string, options: { readonly json: boolean }) => {
      if (target === "gpu") await (await import("../commands/inspect-gpu.ts")).inspectGpu(options);
    });
  addExamples(command, [
    ["kvasir inspect models/kvasir-tiny", "a safetensors directory"],
    ["kvasir inspect model.gguf --json", "a GGUF file, for scripts"],
    ["kvasir inspect gpu", "driver, CUDA version, devices"],
  ]);
}
