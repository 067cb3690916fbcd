import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import type { Exercise, Question } from "../exercise.ts";
import { createSuiteTasks } from "../run/suites.ts";
import { planSamples } from "../run/sample-plan.ts";
import { evidenceRanges } from "./evidence-ranges.ts";
import { PromptText } from "./prompt-text.ts";
import { renderMessage } from "./render-message.ts";

const question: Question = {
  text: "Which?",
  answerPrefix: " It is",
  references: ["x"],
  completion: " x",
  evidence: [],
  metric: "match-all",
  maxNewTokens: 4,
};

function exerciseOf(fields: Partial<Exercise>): Exercise {
  return { task: "t", seed: 1, preamble: "", documents: ["One.", "Two."], questions: [question], layout: "one-message", ...fields };
}

it("puts RULER's parts on lines of their own and leaves out empty ones", () => {
  expect(renderMessage(exerciseOf({ preamble: "Read." }), question)).toEqual({
    text: "Read.\nOne.\nTwo.\nWhich?",
    documentStarts: [6, 11],
  });
  expect(renderMessage(exerciseOf({ documents: [] }), question).text).toBe("Which?");
});

it("titles documents of the other layout", () => {
  const { text, documentStarts } = renderMessage(exerciseOf({ layout: "documents" }), question);
  expect(text).toBe("Document 1:\nOne.\n\nDocument 2:\nTwo.\n\nWhich?");
  expect(documentStarts.map((start) => text.slice(start, start + 4))).toEqual(["One.", "Two."]);
});

describe("evidenceRanges", () => {
  const bytes = (token: number): Uint8Array => Uint8Array.of(token);

  it("maps UTF-16 offsets to tokens, one byte each here", () => {
    const documents = ["Grüße, 世界!", "plain"];
    const tokens = [...Buffer.from(`<${documents.join("|")}>`)];
    const evidence = [
      { document: 0, start: 7, end: 9 },
      { document: 1, start: 0, end: 5 },
    ];
    const texts = evidenceRanges({ tokens, bytesOf: bytes, documents, evidence }).map(({ start, end }) =>
      Buffer.from(tokens.slice(start, end)).toString(),
    );
    expect(texts).toEqual(["世界", "plain"]);
  });

  it("covers a span with whole tokens, however texts and tokens are cut", () => {
    const property = fc.property(
      fc.array(fc.string({ minLength: 1, maxLength: 30, unit: "grapheme" }), { minLength: 1, maxLength: 4 }),
      fc.nat(),
      fc.nat(),
      fc.integer({ min: 1, max: 5 }),
      (documents, a, b, size) => {
        const document = a % documents.length;
        const points = [...documents[document]!];
        const from = b % points.length;
        const [start, end] = [points.slice(0, from).join("").length, points.slice(0, from + 1).join("").length];
        const whole = Buffer.from(documents.join("\n"));
        const pieces = Array.from({ length: Math.ceil(whole.length / size) }, (_, i) => whole.subarray(i * size, (i + 1) * size));
        const [range] = evidenceRanges({
          tokens: pieces.map((_, index) => index),
          bytesOf: (token) => pieces[token]!,
          documents,
          evidence: [{ document, start, end }],
        });
        const covered = Buffer.concat(pieces.slice(range!.start, range!.end));
        expect(covered.includes(Buffer.from(documents[document]!.slice(start, end)))).toBe(true);
        expect(covered.length).toBeLessThan(Buffer.byteLength(points[from]!) + 2 * size);
      },
    );
    fc.assert(property);
  });

  it("refuses documents that are not there", () => {
    const places = { tokens: [65], bytesOf: bytes, documents: ["B"], evidence: [] };
    expect(() => evidenceRanges(places)).toThrow("Document 0 does not occur");
    expect(() => evidenceRanges({ ...places, documents: [], evidence: [{ document: 3, start: 0, end: 1 }] })).toThrow("no document 3");
  });
});

describe("PromptText", () => {
  let text: PromptText;

  beforeAll(async () => {
    text = await PromptText.open(fileURLToPath(new URL("../../../../models/kvasir-tiny", import.meta.url)));
  });

  it("never needs more tokens than overhead and parts say", () => {
    for (const exercise of [
      exerciseOf({ preamble: "Read." }),
      exerciseOf({ layout: "documents" }),
      exerciseOf({ layout: "documents", preamble: "Read these." }),
    ]) {
      const documents = exercise.preamble === "" ? exercise.documents : [exercise.preamble, ...exercise.documents];
      const parts = [...documents, question.text, question.answerPrefix].reduce((sum, part) => sum + text.countTokens(part) + 1, 0);
      const most = parts + documents.length * text.overhead.perDocument + text.overhead.perQuestion;
      expect(text.promptTokens(exercise, question).tokens.length).toBeLessThanOrEqual(most);
    }
  });

  it("ends with the answer prefix and puts documents before the question", () => {
    const exercise = exerciseOf({ layout: "documents" });
    const { tokens, documentTokens } = text.promptTokens(exercise, question);
    const prefix = text.encode(question.answerPrefix);
    expect(tokens.slice(-prefix.length)).toEqual(prefix);
    expect(tokens.slice(documentTokens)).toEqual(text.questionTokens(exercise, question));
    expect(text.promptTokens(exerciseOf({}), question).documentTokens).toBe(0);
  });

  it.each(["ruler", "multidoc"] as const)("keeps every task of %s within its length, with evidence where its spans say", (suite) => {
    const { countTokens, overhead } = text;
    const onLeftOut = (): void => {};
    const plan = { tasks: createSuiteTasks(suite), samples: 1, length: 1600, seed: 11, countTokens, overhead, onLeftOut };
    let count = 0;
    for (const { exercise, question } of planSamples(plan)) {
      count++;
      const { tokens } = text.promptTokens(exercise, question);
      expect(tokens.length + question.maxNewTokens, exercise.task).toBeLessThanOrEqual(1600);
      const ranges = text.evidenceRanges(exercise, question);
      expect(ranges).toHaveLength(question.evidence.length);
      for (const [index, { document, start, end }] of question.evidence.entries()) {
        const { start: first, end: last } = ranges[index]!;
        expect(text.decode(tokens.slice(first, last))).toContain(exercise.documents[document]?.slice(start, end));
      }
    }
    expect(count).toBeGreaterThan(5);
  });
});
