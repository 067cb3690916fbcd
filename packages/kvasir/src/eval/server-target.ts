import { openServerTokenizer, PromptText, serverAnswerer, titleTokens, type TokenCounter } from "@kvasir/kv-eval";
import { UsageError } from "../cli/usage-error.ts";
import { resolveModel } from "../config/resolve-model.ts";
import { FULL_PRESET, type EngineFlags } from "../engine/engine-settings.ts";
import { fetchModel } from "../engine/fetch-model.ts";
import type { EvalOptions } from "./eval-options.ts";
import type { EvalTarget } from "./eval-target.ts";

const REQUESTS_IN_FLIGHT = 4;

/** Flags that say how an engine of this process runs. */
const ENGINE_FLAGS = {
  backend: "--backend",
  memory: "--memory",
  threads: "--threads",
  kvDtype: "--kv-dtype",
  maxModelLength: "--max-model-len",
  config: "--config",
} as const;

/** A server behind an OpenAI-compatible URL. Only Kvasir's know policies; others get requests without them. */
export async function serverTarget(url: string, flags: EngineFlags, options: EvalOptions): Promise<EvalTarget> {
  const { apiKey, completions } = options;
  const given = Object.entries(ENGINE_FLAGS).filter(([name]) => flags[name as keyof EngineFlags] !== undefined);
  if (given.length > 0) {
    throw new UsageError(`${given.map(([, flag]) => flag).join(", ")}: the server behind --url decides this. Leave it out.`);
  }
  if (!URL.canParse(url) || !/^https?:/.test(url)) {
    throw new UsageError(`--url is "${url}", which is no HTTP address. Write it as http://127.0.0.1:8080/v1.`);
  }
  if (flags.model === undefined) throw new UsageError("With --url, give --model NAME: the name under which the server knows its model.");
  if (options.documents === "contexts") throw new UsageError("--documents contexts needs an engine in this process. Leave out --url.");
  if (options.suite === "agreement") {
    throw new UsageError("The agreement suite needs probabilities of the whole vocabulary, which no server sends. Leave out --url.");
  }
  const { model, policy = FULL_PRESET } = flags;
  const address = { url, ...(apiKey === undefined ? {} : { apiKey }) };
  const { counter, source, close } = await openCounter(address, model, flags.directory, options);
  return {
    answerer: serverAnswerer({ ...address, model, completions, namesPolicy: policy !== FULL_PRESET }),
    counter,
    policy,
    concurrency: REQUESTS_IN_FLIGHT,
    description: [
      ["server", url],
      ["model", model],
      ["prompts", completions ? "raw, to /completions" : "messages, to /chat/completions; the answer prefix ends the message"],
      ["tokenizer", source],
    ],
    about: { url, model, completions, tokenizer: source },
    close,
  };
}

interface Counter {
  readonly counter: TokenCounter;
  /** Whose tokenizer it is, for people. */
  readonly source: string;
  close(): Promise<void>;
}

async function openCounter(
  address: { readonly url: string; readonly apiKey?: string },
  model: string,
  directory: string,
  { tokenizer, completions }: EvalOptions,
): Promise<Counter> {
  if (tokenizer === undefined) {
    const counter = openServerTokenizer(address, { model, completions });
    return { counter, source: `the server's /tokenize (${counter.dialect})`, close: () => counter.close() };
  }
  const text = await PromptText.open(await fetchModel(resolveModel(tokenizer, directory)));
  const overhead = { perDocument: titleTokens(text.countTokens), perQuestion: text.overhead.perQuestion };
  return { counter: { countTokens: text.countTokens, overhead }, source: tokenizer, close: async () => {} };
}
