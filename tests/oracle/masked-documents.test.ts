import { join } from "node:path";
import type { KernelBackend } from "@kvasir/kv-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Exercise } from "../../packages/kv-eval/src/exercise.ts";
import { type DocumentTokens, layoutArm, type MultidocArm } from "../../packages/kv-eval/src/masked/arm-layout.ts";
import { MULTIDOC_ARMS, openMaskedAnswerer, runMultidocArms } from "../../packages/kv-eval/src/masked/index.ts";
import { LayoutSession } from "../../packages/kv-eval/src/masked/layout-session.ts";
import { PromptText } from "../../packages/kv-eval/src/prompt/prompt-text.ts";
import { engineAnswerer } from "../../packages/kv-eval/src/run/engine-answerer.ts";
import { openEngine, openText, openWeightFile } from "../../packages/model-runtime/src/index.ts";
import { loadModel, type Model } from "../../packages/model-runtime/src/model/index.ts";
import { naiveLlamaLogits } from "../../packages/model-runtime/src/model/testing/naive-llama.ts";
import { huggingFaceConfig, randomCheckpoint, SMALL } from "../../packages/model-runtime/src/model/testing/random-checkpoint.ts";
import { BACKENDS, createBackend } from "./support/backends.ts";
import { maxDifference } from "./support/single-sequence.ts";

const TOLERANCE = 2e-4;
/** Longer and shorter than a page of 16 tokens and a pass of 8 rows. */
const LENGTHS = [5, 19, 23, 1];
const SINK = 3;
const QUESTION = [7, 3, 11, 2, 29];
const MAX_ROWS = 8;

const token = (index: number): number => (index * 17 + 5) % SMALL.vocabularySize;

/** Documents of random tokens, each headed by the same tokens that the first one keeps alone. */
function randomDocuments(headLength: number): DocumentTokens[] {
  let next = 0;
  return LENGTHS.map((length) => ({
    tokens: [...Array.from({ length: headLength }, () => 1), ...Array.from({ length }, () => token(next++))],
    headLength,
  }));
}

describe.each(BACKENDS)("documents under a mask on $name", (factory) => {
  const checkpoint = randomCheckpoint(SMALL, huggingFaceConfig(SMALL));
  const owners = Array.from({ length: SMALL.layers }, (_, layer) => layer);
  let backend: KernelBackend;
  let model: Model;
  beforeAll(async () => {
    backend = await createBackend(factory);
    model = await loadModel(checkpoint, backend, { maxRows: MAX_ROWS });
  });
  afterAll(async () => {
    model.dispose();
    await backend.dispose();
  });

  /** Logits after the question and after one more token. */
  async function logitsOf(arm: MultidocArm, documents: readonly DocumentTokens[]): Promise<number[][]> {
    const session = new LayoutSession(model, backend, layoutArm(arm, documents, SINK), QUESTION.length + 1, "f32");
    await session.prefill();
    const logits = [[...(await session.feed(QUESTION))], [...(await session.feed([13]))]];
    session.dispose();
    return logits;
  }

  /** The same from equations with an explicit mask over one dense sequence. */
  function denseLogits(
    documents: readonly DocumentTokens[],
    sees: (query: number, key: number, isSameDocument: boolean) => boolean,
  ): number[][] {
    const kept = documents.map(({ tokens, headLength }, index) => (index === 0 ? tokens : tokens.slice(headLength)));
    const documentOf = kept.flatMap((tokens, index) => tokens.map(() => index));
    const end = documentOf.length;
    const rows = naiveLlamaLogits(
      checkpoint,
      [...kept.flat(), ...QUESTION, 13],
      owners,
      (query, key) => query >= end || sees(query, key, documentOf[query] === documentOf[key]),
    );
    return rows.slice(-2);
  }

  const difference = (a: readonly number[][], b: readonly number[][]): number => maxDifference(a.flat(), b.flat());

  it("full is one causal sequence", async () => {
    const documents = randomDocuments(2);
    expect(
      difference(
        await logitsOf("full", documents),
        denseLogits(documents, () => true),
      ),
    ).toBeLessThan(TOLERANCE);
  });

  it("block-diagonal is one sequence with a mask between documents and a shared sink", async () => {
    const documents = randomDocuments(2);
    const dense = denseLogits(documents, (_, key, isSameDocument) => isSameDocument || key < SINK);
    expect(difference(await logitsOf("block-diagonal", documents), dense)).toBeLessThan(TOLERANCE);
    const unmasked = denseLogits(documents, () => true);
    expect(difference(dense, unmasked)).toBeGreaterThan(100 * TOLERANCE);
  });

  it("independent is one sequence with a mask between documents, since RoPE is relative", async () => {
    const documents = randomDocuments(0);
    const dense = denseLogits(documents, (_query, _key, isSameDocument) => isSameDocument);
    expect(difference(await logitsOf("independent", documents), dense)).toBeLessThan(TOLERANCE);
  });
});

describe("arms of a multi-document exercise", () => {
  const modelPath = join(import.meta.dirname, "../../models/kvasir-tiny");
  const documents = [
    "Delia's extension is 4417. The lift was repaired in May.",
    "The code of the person of the previous report is K7. K7 lives in Arnsby.",
    "The head office of the mill is in Corby. Its price is 940 crowns.",
  ];
  const exerciseOf = (question: string, preamble = ""): Exercise => ({
    task: "multidoc_test",
    seed: 1,
    preamble,
    documents,
    questions: [{ text: question, answerPrefix: "", references: [], completion: "", evidence: [], metric: "exact", maxNewTokens: 12 }],
    layout: "documents",
  });
  const exercises = [
    exerciseOf("What is Delia's extension?"),
    exerciseOf("Where is the head office of the mill?", "Read these reports."),
    {
      ...exerciseOf("Where does the person live?"),
      questions: [{ ...exerciseOf("Who?").questions[0]!, answerPrefix: "The person lives in" }],
    },
  ];

  it("full answers as the engine does", async () => {
    const backend = await createBackend(BACKENDS.at(-1)!);
    const masked = await openMaskedAnswerer(modelPath, { backend });
    const engine = await openEngine({ modelPath, backend: await createBackend(BACKENDS.at(-1)!), presets: { full: [] } });
    const answerer = engineAnswerer(engine, masked.prompts);
    for (const exercise of exercises) {
      const question = exercise.questions[0]!;
      const wanted = await answerer.answer({ exercise, question, policy: "full" });
      const found = await masked.answer({ exercise, question, policy: "full" });
      expect(found.text).toBe(wanted.text);
      expect(found.finishReason).toBe(wanted.finishReason);
      expect(found.usage.promptTokens).toBe(wanted.usage.promptTokens);
      expect(found.usage.completionTokens).toBe(wanted.usage.completionTokens);
    }
    await engine.close();
    masked.dispose();
    await backend.dispose();
  });

  it("gives an answer per arm, and refuses what it cannot mask", async () => {
    const backend = await createBackend(BACKENDS.at(-1)!);
    const file = await openWeightFile(modelPath);
    const text = openText(modelPath, file);
    const model = await loadModel(file, backend);
    file.close();
    const options = { model, backend, text };
    const answers = await runMultidocArms(exercises[0]!, options);
    expect([...answers.keys()]).toEqual(MULTIDOC_ARMS);
    expect([...(await runMultidocArms(exercises[0]!, { ...options, arms: ["independent"] })).keys()]).toEqual(["independent"]);
    await expect(runMultidocArms({ ...exercises[0]!, layout: "one-message" }, options)).rejects.toThrow(/one message/);
    await expect(runMultidocArms({ ...exercises[0]!, questions: [] }, options)).rejects.toThrow(RangeError);
    expect(new PromptText(text).promptTokens(exercises[0]!, exercises[0]!.questions[0]!).tokens.length).toBe(
      answers.get("independent")!.usage.promptTokens,
    );
    model.dispose();
    await backend.dispose();
  });
});
