import { readFileSync, writeFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { openWeightFile } from "@kvasir/model-runtime";
import { encodeGguf } from "./encode-gguf.ts";
import { llamaMetadata, type BpeTokenizer, type LlamaConfig } from "./llama-metadata.ts";
import { llamaTensors } from "./llama-tensors.ts";

/** Writes a Llama checkpoint in Hugging Face format as one Q8_0 GGUF file. */
export async function exportGguf(directory: string, target: string): Promise<void> {
  const readJson = (name: string): unknown => JSON.parse(readFileSync(join(directory, name), "utf8"));
  const config = readJson("config.json") as LlamaConfig;
  const { chat_template: template } = readJson("tokenizer_config.json") as { readonly chat_template: string };
  const file = await openWeightFile(directory);
  try {
    const shape = { layers: config.num_hidden_layers, queryHeads: config.num_attention_heads, kvHeads: config.num_key_value_heads };
    const name = basename(resolve(target)).replace(/-q8_0\.gguf$/, "");
    writeFileSync(
      target,
      encodeGguf(llamaMetadata(name, config, readJson("tokenizer.json") as BpeTokenizer, template), llamaTensors(file, shape)),
    );
  } finally {
    file.close();
  }
}
