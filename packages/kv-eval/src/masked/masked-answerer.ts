import { ConfigError, type KernelBackend, type KvDtype } from "@kvasir/kv-core";
import { loadModel, type Model, type ModelText, openText, openWeightFile } from "@kvasir/model-runtime";
import type { Exercise, Question } from "../exercise.ts";
import { contextContents, PromptText } from "../prompt/prompt-text.ts";
import type { Answer, Answerer } from "../run/answerer.ts";
import { type DocumentTokens, layoutArm, MULTIDOC_ARMS, type MultidocArm } from "./arm-layout.ts";
import { LayoutSession } from "./layout-session.ts";

/** What answers under a mask need. */
export interface MaskedAnswererOptions {
  readonly model: Model;
  /** The backend that `model` was loaded into. */
  readonly backend: KernelBackend;
  readonly text: ModelText;
  /** @defaultValue "f16", as in an engine */
  readonly kvDtype?: KvDtype;
  /**
   * First tokens of the sequence that every document sees in the arm `block-diagonal`: a softmax over few tokens needs somewhere to put
   * what it does not want. A preamble is seen whole in any case.
   * @defaultValue 1
   */
  readonly sinkTokens?: number;
}

/** An answerer with a model of its own. */
export interface OpenMaskedAnswerer extends Answerer {
  readonly prompts: PromptText;
  /** Frees the model; the backend stays. */
  dispose(): void;
}

/**
 * Answers exercises of the layout `documents` greedily, with a mask between documents: `policy` names a `MultidocArm`. The arm `full`
 * gives what an engine with the full cache gives. Requests are computed one after another.
 * @throws ConfigError for another policy, another layout, or a model whose positions cannot be moved in the arm `independent`
 */
export function maskedAnswerer(options: MaskedAnswererOptions): Answerer {
  const prompts = new PromptText(options.text);
  let last: Promise<unknown> = Promise.resolve();
  return {
    answer({ exercise, question, policy, signal }) {
      const answer = last.then(() => {
        signal?.throwIfAborted();
        return answerMasked(options, prompts, { exercise, question, signal }, parseArm(policy));
      });
      last = answer.catch(() => undefined);
      return answer;
    },
  };
}

/** Loads a model for `maskedAnswerer`. */
export async function openMaskedAnswerer(
  modelPath: string,
  options: Omit<MaskedAnswererOptions, "model" | "text">,
): Promise<OpenMaskedAnswerer> {
  const file = await openWeightFile(modelPath);
  try {
    const text = openText(modelPath, file);
    const model = await loadModel(file, options.backend);
    return { ...maskedAnswerer({ ...options, model, text }), prompts: new PromptText(text), dispose: () => model.dispose() };
  } finally {
    file.close();
  }
}

async function answerMasked(
  { model, backend, text, kvDtype = "f16", sinkTokens = 1 }: MaskedAnswererOptions,
  prompts: PromptText,
  { exercise, question, signal }: { readonly exercise: Exercise; readonly question: Question; readonly signal: AbortSignal | undefined },
  arm: MultidocArm,
): Promise<Answer> {
  const start = performance.now();
  if (arm === "independent") checkShifts(model, backend);
  const documents = documentTokens(text, exercise);
  const preambleTokens = exercise.preamble === "" ? 0 : documents[0]!.tokens.length;
  const layout = layoutArm(arm, documents, Math.max(sinkTokens, preambleTokens));
  const asked = prompts.questionTokens(exercise, question);
  const session = new LayoutSession(model, backend, layout, asked.length + question.maxNewTokens, kvDtype);
  try {
    await session.prefill();
    const tokens: number[] = [];
    let finishReason = "length";
    let next = asked;
    while (tokens.length < question.maxNewTokens) {
      signal?.throwIfAborted();
      const token = largest(await session.feed(next));
      tokens.push(token);
      next = [token];
      if (!text.tokenizer.eosIds.includes(token)) continue;
      finishReason = "stop";
      break;
    }
    return {
      text: text.tokenizer.decode(tokens, { skipSpecialTokens: true }),
      finishReason,
      usage: { promptTokens: layout.questionPosition + asked.length, completionTokens: tokens.length },
      seconds: (performance.now() - start) / 1000,
    };
  } finally {
    session.dispose();
  }
}

/** Tokens of the preamble, where there is one, and of each document. */
function documentTokens({ formatter }: ModelText, exercise: Exercise): DocumentTokens[] {
  if (exercise.layout !== "documents") {
    throw new ConfigError({
      option: "--mask",
      reason: `hides documents from each other, but task ${exercise.task} puts everything into one message. Use a multi-document suite.`,
    });
  }
  return contextContents(exercise).map((content) => {
    const tokens = formatter.contextTokens(content);
    return { tokens, headLength: 2 * tokens.length - formatter.joinContexts([tokens, tokens]).length };
  });
}

function parseArm(policy: string): MultidocArm {
  const arm = MULTIDOC_ARMS.find((name) => name === policy);
  if (arm !== undefined) return arm;
  throw new ConfigError({ option: "--mask", reason: `is "${policy}". Masks: ${MULTIDOC_ARMS.join(", ")}.` });
}

function checkShifts(model: Model, backend: KernelBackend): void {
  if (model.description.shape.hasFixedFrequencies && backend.capabilities.hasShiftedSegments) return;
  throw new ConfigError({
    option: "--mask",
    reason: "is independent, which moves documents; this model's RoPE or this backend does not allow that.",
  });
}

function largest(logits: Float32Array): number {
  let best = 0;
  for (let token = 1; token < logits.length; token++) if (logits[token]! > logits[best]!) best = token;
  return best;
}
