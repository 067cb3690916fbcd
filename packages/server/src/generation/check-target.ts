import type { Engine } from "@kvasir/model-runtime";
import { ApiError } from "../errors/api-error.ts";
import type { GenerationFields } from "../schemas/generation-fields.ts";

/** What a request runs on, besides its prompt. */
export interface GenerationTarget {
  readonly contexts: readonly string[];
  /** Tokens of all those contexts. */
  readonly contextTokens: number;
  readonly policy: string | undefined;
}

/** @throws ApiError 404 unless `model` is absent or the served one. */
export function checkModel(engine: Engine, model: string | undefined): void {
  if (model === undefined || model === engine.info.model) return;
  throw new ApiError(404, `The model "${model}" does not exist. This server has "${engine.info.model}".`, {
    param: "model",
    openaiCode: "model_not_found",
  });
}

/** @throws ApiError 400 listing the policies there are. */
export function checkPolicy(engine: Engine, policy: string | undefined, param: string): void {
  if (policy === undefined || engine.info.policies.includes(policy)) return;
  throw new ApiError(400, `There is no policy "${policy}". Policies: ${engine.info.policies.join(", ")}.`, {
    param,
    openaiCode: "policy_not_found",
  });
}

/**
 * Checks what a request names before anything is computed.
 * @throws ApiError 400 (policy) or 404 (model, context).
 */
export async function checkTarget(engine: Engine, body: GenerationFields, tenant: string): Promise<GenerationTarget> {
  checkModel(engine, body.model);
  const policy = body.kvasir?.policy;
  checkPolicy(engine, policy, "kvasir.policy");
  const contexts = body.kvasir?.contexts ?? [];
  const infos = await Promise.all(contexts.map(async (id) => engine.getContext(id, tenant)));
  let contextTokens = 0;
  for (const [index, info] of infos.entries()) {
    if (info === undefined) {
      throw new ApiError(404, `There is no context "${contexts[index]}". Create it with POST /v1/contexts.`, {
        param: `kvasir.contexts.${index}`,
        openaiCode: "context_not_found",
      });
    }
    contextTokens += info.tokens;
  }
  return { contexts, contextTokens, policy };
}
