import { fileURLToPath } from "node:url";
import type { ContextRegistration, Engine, EngineEvent, GenerationRequest, GenerationUsage } from "@kvasir/model-runtime";
import { beforeAll, beforeEach, expect, it } from "vitest";
import type { Exercise, Question } from "../exercise.ts";
import { PromptText } from "../prompt/prompt-text.ts";
import { engineAnswerer } from "./engine-answerer.ts";

const usage: GenerationUsage = {
  promptTokens: 40,
  completionTokens: 2,
  cachedTokens: 16,
  contextTokens: 0,
  recomputedTokens: 0,
  policy: "half",
  kvBytes: 100,
  denseKvBytes: 200,
  keptRatio: 0.5,
};
const question: Question = {
  text: "Which?",
  answerPrefix: " It is",
  references: ["x"],
  completion: " x",
  evidence: [],
  metric: "match-all",
  maxNewTokens: 4,
};
const exercise: Exercise = {
  task: "t",
  seed: 1,
  preamble: "",
  documents: ["One.", "Two.", "One."],
  questions: [question],
  layout: "documents",
};

let text: PromptText;
const log: string[] = [];
const requests: GenerationRequest[] = [];
const registrations: ContextRegistration[] = [];

/** An engine that says "ok" and remembers what it was asked; `events` replaces what it answers. */
function engine(events?: () => AsyncIterable<EngineEvent>): Engine {
  return {
    async *generate(request: GenerationRequest): AsyncIterable<EngineEvent> {
      log.push("generate");
      requests.push(request);
      if (events !== undefined) return yield* events();
      yield { type: "prompt-ready", cachedTokens: 16 };
      yield { type: "token-delta", tokens: [1], text: "o" };
      yield { type: "token-delta", tokens: [2], text: "k" };
      yield { type: "finished", reason: "stop", usage };
    },
    async createContext(registration: ContextRegistration) {
      registrations.push(registration);
      const id = `context of ${String(registration.content)}`;
      log.push(`create ${id}`);
      return { context: { id }, isNew: true };
    },
    async deleteContext(id: string, tenant: string) {
      log.push(`delete ${id} of ${tenant}`);
      return true;
    },
  } as unknown as Engine;
}

beforeAll(async () => {
  text = await PromptText.open(fileURLToPath(new URL("../../../../models/kvasir-tiny", import.meta.url)));
});

beforeEach(() => {
  for (const list of [log, requests, registrations]) list.length = 0;
});

it("asks greedily, under a tenant of the policy's own, and keeps what the answer cost", async () => {
  const answer = await engineAnswerer(engine(), text).answer({ exercise, question, policy: "half" });
  expect(answer).toMatchObject({
    text: "ok",
    finishReason: "stop",
    usage: { promptTokens: 40, completionTokens: 2, cachedTokens: 16, keptRatio: 0.5, kvBytes: 100, denseKvBytes: 200 },
  });
  expect(requests[0]).toMatchObject({ policy: "half", contexts: [], maxTokens: 4, sampling: { temperature: 0 }, ignoreEos: false });
  expect(requests[0]?.prompt).toEqual(text.promptTokens(exercise, question).tokens);
  await engineAnswerer(engine(), text).answer({ exercise, question, policy: "full" });
  expect(requests[1]?.tenant).not.toBe(requests[0]?.tenant);
  expect(log).toEqual(["generate", "generate"]);
});

it("registers documents as contexts under the same policy and deletes each once", async () => {
  const answerer = engineAnswerer(engine(), text, { documents: "contexts" });
  await answerer.answer({ exercise, question, policy: "half" });
  const tenant = requests[0]?.tenant ?? "";
  expect(registrations.every((registration) => registration.policy === "half" && registration.tenant === tenant)).toBe(true);
  expect(requests[0]?.contexts).toEqual(["context of One.", "context of Two.", "context of One."]);
  expect(requests[0]?.prompt).toEqual(text.questionTokens(exercise, question));
  expect(log.filter((entry) => entry.startsWith("delete"))).toEqual([
    `delete context of One. of ${tenant}`,
    `delete context of Two. of ${tenant}`,
  ]);
  await answerer.answer({ exercise: { ...exercise, layout: "one-message" }, question, policy: "half" });
  expect(registrations).toHaveLength(3);
});

it("deletes contexts where the answer fails", async () => {
  async function* broken(): AsyncIterable<EngineEvent> {
    yield { type: "prompt-ready", cachedTokens: 0 };
    throw new Error("out of pages");
  }
  const answerer = engineAnswerer(engine(broken), text, { documents: "contexts" });
  await expect(answerer.answer({ exercise, question, policy: "half" })).rejects.toThrow("out of pages");
  expect(log.filter((entry) => entry.startsWith("delete"))).toHaveLength(2);
});

it("has no answer where the engine gave up half-way", async () => {
  async function* cancelled(): AsyncIterable<EngineEvent> {
    yield { type: "token-delta", tokens: [1], text: "o" };
    yield { type: "finished", reason: "cancelled", usage };
  }
  const answerer = engineAnswerer(engine(cancelled), text);
  await expect(answerer.answer({ exercise, question, policy: "half" })).rejects.toMatchObject({ name: "AbortError" });
  const signal = AbortSignal.abort(new Error("Ctrl-C"));
  await expect(answerer.answer({ exercise, question, policy: "half", signal })).rejects.toThrow("Ctrl-C");
});
