import { basename } from "node:path";
import { createBackendRegistry } from "@kvasir/kv-core";
import { openMaskedAnswerer } from "@kvasir/kv-eval";
import { UsageError } from "../cli/usage-error.ts";
import { resolveSettings, type EngineFlags } from "../engine/engine-settings.ts";
import { fetchModel } from "../engine/fetch-model.ts";
import type { EvalOptions } from "./eval-options.ts";
import type { EvalTarget } from "./eval-target.ts";

/** A model in this thread, with documents masked from each other: no engine and no policy, only attention. */
export async function maskedTarget(mask: NonNullable<EvalOptions["mask"]>, flags: EngineFlags, options: EvalOptions): Promise<EvalTarget> {
  if (options.suite !== "multidoc") throw new UsageError("--mask hides documents from each other. Add --suite multidoc.");
  if (options.url !== undefined) throw new UsageError("--mask needs the model in this process. Leave out --url.");
  if (flags.policy !== undefined) throw new UsageError("--mask takes the place of a policy. Leave out --policy.");
  const settings = await resolveSettings(flags);
  const { config, configPath, threads, kvDtype } = settings;
  const modelPath = await fetchModel(settings.model);
  const backend = await createBackendRegistry(config.backends).create(settings.backend, threads === undefined ? {} : { threads });
  try {
    const answerer = await openMaskedAnswerer(modelPath, { backend, ...(kvDtype === undefined ? {} : { kvDtype }) });
    return {
      answerer,
      counter: answerer.prompts,
      policy: mask,
      // They are computed one after another anyway.
      concurrency: 1,
      description: [
        ["model", modelPath],
        ["backend", backend.description],
        ["config", configPath ?? "built in (no kvasir.config.ts found)"],
      ],
      about: { model: basename(modelPath), backend: backend.name, kvDtype: kvDtype ?? null, threads: threads ?? null },
      async close() {
        answerer.dispose();
        await backend.dispose();
      },
    };
  } catch (error) {
    await backend.dispose();
    throw error;
  }
}
