import type { Command } from "commander";
import { addExamples } from "./examples.ts";

/** `kvasir inspect`: what a model, this machine's GPU, or what was measured of the machine, is. */
export function addInspectCommand(program: Command): void {
  const command = program
    .command("inspect")
    .summary("show a model's shape, tensors and KV bytes per token, the GPU, or what policies measured")
    .description(
      "Show what a model file or directory holds: shape, tensors, element types, bytes of KV per token, tokenizer and chat template. `kvasir inspect gpu` shows which CUDA devices there are, or why none; `kvasir inspect calibration` shows what policies measured of this machine to decide by.",
    )
    .argument("<model|gpu|calibration>", "GGUF file, model directory, Hugging Face Hub id, or one of the words gpu and calibration")
    .option("--tensors", "list every tensor", false)
    .option("--json", "print JSON, every tensor included", false)
    .action(async (target: string, options: { readonly json: boolean; readonly tensors: boolean }) => {
      if (target === "gpu") await (await import("../commands/inspect-gpu.ts")).inspectGpu(options);
      else if (target === "calibration") (await import("../commands/inspect-calibration.ts")).inspectCalibration(options);
      else await (await import("../commands/inspect-model.ts")).inspectModel(target, options);
    });
  addExamples(command, [
    ["kvasir inspect models/kvasir-tiny", "a safetensors directory"],
    ["kvasir inspect model.gguf --tensors", "a GGUF file with all its tensors"],
    ["kvasir inspect model.gguf --json", "for scripts"],
    ["kvasir inspect gpu", "driver, CUDA version, devices"],
    ["kvasir inspect calibration", "what attention costs here, shared and not"],
  ]);
}
