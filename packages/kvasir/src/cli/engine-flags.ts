import type { KvDtype } from "@kvasir/kv-core";
import { Option, type Command } from "commander";
import type { EngineFlags } from "../engine/engine-settings.ts";
import { parseBytes } from "../text/bytes.ts";
import { parseCount } from "./parse-count.ts";

const KV_DTYPES = ["f32", "f16", "bf16", "int8"];

/** Adds the flags that say which model runs on what; the same for every command that starts an engine. */
export function addEngineFlags(command: Command): Command {
  return command
    .option("-m, --model <path|id>", "GGUF file, model directory or Hugging Face Hub id (default: the config's model)")
    .option("--backend <name>", "backend of the config, such as cpu, cpu-native, cpu-wasm or tfjs")
    .option("--policy <preset>", "preset of KV-cache policies that requests get when they name none")
    .option("--memory <bytes>", "memory for KV pages, such as 512MiB", (text) => parseBytes(text, "--memory"))
    .option("--threads <n>", "threads that compute (default: all cores)", parseCount(1))
    .addOption(new Option("--kv-dtype <type>", "element type of the KV cache").choices(KV_DTYPES))
    .option("--max-model-len <tokens>", "longest sequence, prompt and completion together (default: the model's limit)", parseCount(1))
    .option("--config <file>", "config file (default: nearest kvasir.config.ts, or kvasir.config in package.json)");
}

/** What commander makes of those flags. */
export interface EngineFlagValues {
  readonly model?: string;
  readonly backend?: string;
  readonly policy?: string;
  readonly memory?: number;
  readonly threads?: number;
  readonly kvDtype?: KvDtype;
  readonly maxModelLen?: number;
  readonly config?: string;
}

/** Flags as plain data that can be sent to the engine's thread. */
export function toEngineFlags(values: EngineFlagValues): EngineFlags {
  const { model, backend, policy, memory, threads, kvDtype, maxModelLen, config } = values;
  return {
    directory: process.cwd(),
    ...(model === undefined ? {} : { model }),
    ...(backend === undefined ? {} : { backend }),
    ...(policy === undefined ? {} : { policy }),
    ...(memory === undefined ? {} : { memory }),
    ...(threads === undefined ? {} : { threads }),
    ...(kvDtype === undefined ? {} : { kvDtype }),
    ...(maxModelLen === undefined ? {} : { maxModelLength: maxModelLen }),
    ...(config === undefined ? {} : { config }),
  };
}
