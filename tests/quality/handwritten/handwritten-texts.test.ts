import { describe, expect, it } from "vitest";
import { normalizeAnswer } from "../../../packages/kv-eval/src/scoring/index.ts";
import { groupTexts, readHandwrittenTexts } from "./handwritten-texts.ts";
import { judgeAnswer } from "./judge-answer.ts";

const texts = readHandwrittenTexts();
const isUnanswerable = (answers: readonly string[]): boolean => answers[0] === "unknown";

describe("hand-written texts", () => {
  it("are 18 of different kinds with 108 questions, five of them unanswerable", () => {
    expect(new Set(texts.map(({ kind }) => kind)).size).toBe(18);
    const questions = texts.flatMap((text) => text.questions);
    expect(questions.length).toBe(108);
    expect(questions.filter(({ answers }) => isUnanswerable(answers)).length).toBe(5);
    expect(groupTexts(texts).map((group) => group.length)).toEqual([6, 6, 6]);
  });

  it.each(texts)("$name has 90 to 200 words", ({ text }) => {
    const words = text.split(/\s+/).length;
    expect(words).toBeGreaterThanOrEqual(90);
    expect(words).toBeLessThanOrEqual(200);
  });

  it.each(texts)("$name holds an accepted answer to every question but the unanswerable ones", ({ text, questions }) => {
    const words = ` ${normalizeAnswer(text)} `;
    for (const { text: question, answers } of questions) {
      const isHeld = answers.some((answer) => words.includes(` ${normalizeAnswer(answer)} `));
      expect(isHeld, question).toBe(!isUnanswerable(answers));
    }
  });
});

describe("judgeAnswer", () => {
  const documents = ["The plumber from Ashby came on 4 March. He found a leak."];
  const judge = (prediction: string, accepted: readonly string[] = ["the plumber", "the plumber from Ashby"]): string | undefined =>
    judgeAnswer(prediction, accepted, documents).failure;

  it("passes over case, articles and punctuation", () => {
    expect(judgeAnswer("Plumber.", ["the plumber"], documents)).toEqual({ isExact: true, isContained: true });
  });

  it("names how an answer fails", () => {
    expect(judge("It was the plumber.")).toBe("too-long");
    expect(judgeAnswer("It was the plumber.", ["the plumber"], documents).isContained).toBe(true);
    expect(judge("Ashby")).toBe("too-short");
    expect(judge("unknown")).toBe("unknown");
    expect(judge("a leak")).toBe("other-span");
    expect(judge("the baker")).toBe("not-in-text");
    expect(judge("")).toBe("not-in-text");
    expect(judge("a leak", ["unknown"])).toBe("should-be-unknown");
  });
});
