import { gemma3 } from "./gemma3.ts";
import { llama } from "./llama.ts";
import { mistral } from "./mistral.ts";
import type { ModelFamily } from "./model-family.ts";
import { qwen2 } from "./qwen2.ts";
import { qwen3 } from "./qwen3.ts";

/** Every family the runtime knows. */
export const MODEL_FAMILIES: readonly ModelFamily[] = [llama, mistral, qwen2, qwen3, gemma3];
