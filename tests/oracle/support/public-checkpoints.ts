import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";

const GOLDENS = join(import.meta.dirname, "../../../packages/model-runtime/goldens");
const MODELS = process.env["KVASIR_MODELS_DIR"] ?? join(homedir(), ".cache/kvasir-models");

/** Log-probabilities after a prompt, by token. */
interface TokenLogprobs {
  readonly ids: readonly number[];
  readonly logprobs: readonly number[];
}

/** What `transformers` computes in f32 on the dequantised weights; `goldens/make_public.py` makes them. */
export interface PublicPrompt {
  readonly kind: string;
  readonly ids: readonly number[];
  readonly top: TokenLogprobs;
  readonly random: TokenLogprobs;
  readonly greedy: { readonly ids: readonly number[]; readonly margins: readonly number[] };
}

export interface PublicCheckpoint {
  readonly name: string;
  /** The checkpoint on this machine, if it is here. */
  readonly path: string | undefined;
  readonly prompts: readonly PublicPrompt[];
}

/** Checkpoints with goldens. Where a file is not on this machine, the reason is printed. */
const PUBLIC_CHECKPOINTS: readonly PublicCheckpoint[] = [
  { golden: "public-smollm2", file: "smollm2-135m-instruct-q4_1.gguf" },
  { golden: "public-gemma", file: "gemma-3-270m-q4_k_m.gguf" },
]
  .filter(({ golden }) => existsSync(join(GOLDENS, `${golden}.json.gz`)))
  .map(({ golden, file }) => {
    const { prompts } = JSON.parse(gunzipSync(readFileSync(join(GOLDENS, `${golden}.json.gz`))).toString()) as {
      prompts: readonly PublicPrompt[];
    };
    const path = join(MODELS, file);
    const isHere = existsSync(path);
    if (!isHere) process.stdout.write(`Skipped ${file}: not in ${MODELS}; fetch it there or set KVASIR_MODELS_DIR.\n`);
    return { name: file, path: isHere ? path : undefined, prompts };
  });

/** Checkpoints that are on this machine. */
export const FOUND_CHECKPOINTS: readonly PublicCheckpoint[] = PUBLIC_CHECKPOINTS.filter(({ path }) => path !== undefined);

/** Checkpoints that are not. */
export const MISSING_CHECKPOINTS: readonly PublicCheckpoint[] = PUBLIC_CHECKPOINTS.filter(({ path }) => path === undefined);
