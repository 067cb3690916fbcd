import { cpuBackend } from "@kvasir/cpu-backend";
import { type Engine, type GenerationRequest, openEngine } from "@kvasir/model-runtime";
import { groupTexts, type HandwrittenQuestion, type HandwrittenText } from "./handwritten-texts.ts";
import { judgeAnswer, type Judgement } from "./judge-answer.ts";
import type { Presentation, Prompt } from "./presentations.ts";

/** An answer and what it is worth. */
export interface Answer extends Judgement {
  readonly text: HandwrittenText;
  readonly question: HandwrittenQuestion;
  readonly prediction: string;
}

/** Answers with each text alone, and with the texts of its group together. */
export interface Measurement {
  readonly alone: readonly Answer[];
  readonly together: readonly Answer[];
}

type PromptParts = Pick<GenerationRequest, "prompt" | "contexts" | "stop">;

const TENANT = "handwritten";
/** More than any accepted answer takes. */
const MAX_NEW_TOKENS = 24;
/** Questions computed at the same time. */
const CONCURRENCY = 8;
const GREEDY = { temperature: 0 } as const;

/** Opens a model with the full cache on the default backend, two threads. */
export async function openModel(modelPath: string): Promise<Engine> {
  return openEngine({ modelPath, backend: await cpuBackend.create({ threads: 2 }), presets: { full: [] } });
}

/** Asks every question, greedily: with its text alone, then with the six texts of its group. */
export async function measure(engine: Engine, texts: readonly HandwrittenText[], present: Presentation): Promise<Measurement> {
  const alone: Answer[] = [];
  const together: Answer[] = [];
  for (const group of groupTexts(texts)) {
    for (const text of group) alone.push(...(await askAll(engine, [text], [text], present)));
    together.push(...(await askAll(engine, group, group, present)));
  }
  return { alone, together };
}

async function askAll(
  engine: Engine,
  asked: readonly HandwrittenText[],
  given: readonly HandwrittenText[],
  present: Presentation,
): Promise<Answer[]> {
  const documents = given.map(({ text }) => text);
  const pending = asked.flatMap((text) => text.questions.map((question) => ({ text, question })));
  const answers: Answer[] = [];
  for (let first = 0; first < pending.length; first += CONCURRENCY) {
    const wave = pending.slice(first, first + CONCURRENCY).map(async ({ text, question }) => {
      const prediction = await ask(engine, documents, question.text, present);
      return { text, question, prediction, ...judgeAnswer(prediction, question.answers, documents) };
    });
    answers.push(...(await Promise.all(wave)));
  }
  return answers;
}

async function ask(engine: Engine, documents: readonly string[], question: string, present: Presentation): Promise<string> {
  const given = present(documents, question);
  const prompt = "continues" in given ? await completion(engine, given.continues) : await chat(engine, given);
  const events = engine.generate({
    ...prompt,
    tenant: TENANT,
    maxTokens: MAX_NEW_TOKENS,
    sampling: GREEDY,
    ignoreEos: false,
  });
  let text = "";
  for await (const event of events) if (event.type === "token-delta") text += event.text;
  return text.trim();
}

async function chat(
  engine: Engine,
  { contexts: contents, messages }: Extract<Prompt, { readonly contexts: unknown }>,
): Promise<PromptParts> {
  const contexts: string[] = [];
  for (const content of contents) {
    const { context } = await engine.createContext({ content, visibility: "private", tenant: TENANT });
    contexts.push(context.id);
  }
  return { prompt: await engine.tokenizeChat(messages, { contexts, tenant: TENANT }), contexts, stop: [] };
}

async function completion(engine: Engine, text: string): Promise<PromptParts> {
  return { prompt: await engine.tokenize(text, { addSpecialTokens: true }), contexts: [], stop: ["\n"] };
}
