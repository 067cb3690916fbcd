import { engineAnswerer, PromptText } from "@kvasir/kv-eval";
import { UsageError } from "../cli/usage-error.ts";
import type { EngineFlags } from "../engine/engine-settings.ts";
import { startEngine } from "../engine/start-engine.ts";
import { engineFields } from "../text/describe-engine.ts";
import type { EvalOptions } from "./eval-options.ts";
import type { EvalTarget } from "./eval-target.ts";

/**
 * Two requests: one decodes while the other's prompt is computed, which saves about a sixth of the time. More gain nothing, since a prompt
 * fills a step by itself.
 */
const REQUESTS_IN_FLIGHT = 2;

/** An engine in a thread of this process; prompts are made in this thread meanwhile. */
export async function engineTarget(flags: EngineFlags, options: EvalOptions): Promise<EvalTarget> {
  refuseServerFlags(options);
  const { engine, settings, modelPath } = await startEngine(flags);
  try {
    const { maxModelLength } = engine.info;
    if (options.length > maxModelLength) {
      throw new UsageError(
        `--length is ${options.length} but the model's limit is ${maxModelLength} tokens. Give --length ${maxModelLength} or less.`,
      );
    }
    const text = await PromptText.open(modelPath);
    return {
      answerer: engineAnswerer(engine, text, { documents: options.documents }),
      counter: text,
      policy: settings.policy,
      concurrency: REQUESTS_IN_FLIGHT,
      description: engineFields(engine.info, settings.configPath),
      about: { engine: engine.info, threads: settings.threads ?? null },
      local: { engine, text },
      close: () => engine.close({ drain: false }),
    };
  } catch (error) {
    await engine.close({ drain: false });
    throw error;
  }
}

function refuseServerFlags(options: EvalOptions): void {
  const given = [...(options.completions ? ["--completions"] : []), ...(options.tokenizer === undefined ? [] : ["--tokenizer"])];
  if (given.length > 0) throw new UsageError(`${given.join(" and ")} is about a server. Add --url http://host:port/v1, or leave it out.`);
}
