import { describe, expect, it } from "vitest";
import type { Exercise, Question } from "../exercise.ts";
import { createQuestionAnsweringTask } from "./question-answering.ts";

const countWords = (text: string): number => text.split(/\s+/).length;

interface Document {
  readonly title: string;
  readonly text: string;
}

function documentsOf({ documents }: Exercise): readonly Document[] {
  return (documents[0] as string).split("\n\n").map((block) => {
    const [, title, ...rest] = block.split("\n");
    return { title: title as string, text: rest.join("\n") };
  });
}

describe("qa_2", () => {
  const task = createQuestionAnsweringTask("qa_2", 2, 4);

  it("asks for what only a second document states, which the question leads to by way of the first", () => {
    for (let seed = 0; seed < 200; seed++) {
      const exercise = task.generate({ seed, length: 1_800, countTokens: countWords });
      const documents = documentsOf(exercise);
      expect(new Set(documents.map(({ title }) => title)).size).toBe(documents.length);
      for (const { text, references } of exercise.questions) {
        const answering = documents.filter((document) => document.text.includes(references[0] as string));
        expect(answering).toHaveLength(1);
        const [{ title }] = answering as [Document];
        expect(text).not.toContain(title);
        const named = documents.filter((document) => text.includes(document.title));
        expect(named.some((document) => document.text.includes(title))).toBe(true);
        expect(named.some((document) => document.text.includes(references[0] as string))).toBe(false);
      }
    }
  });

  it("asks in many ways about many kinds of things", () => {
    const openings = new Set<string>();
    for (let seed = 0; seed < 200; seed++) {
      const [question] = task.generate({ seed, length: 900, countTokens: countWords }).questions;
      openings.add((question as Question).text.split("Question: ")[1]!.split(" ").slice(0, 4).join(" "));
    }
    expect(openings.size).toBeGreaterThan(60);
  });
});

describe("qa_1", () => {
  it("has as many documents as fit, each with its number, and the answering one anywhere", () => {
    const task = createQuestionAnsweringTask("qa_1", 1, 1);
    const places = new Set<number>();
    for (let seed = 0; seed < 100; seed++) {
      const { documents, questions } = task.generate({ seed, length: 900, countTokens: countWords });
      const answer = (questions[0] as Question).references[0] as string;
      const blocks = (documents[0] as string).split("\n\n");
      blocks.forEach((block, index) => expect(block.startsWith(`Document ${index + 1}:\n`)).toBe(true));
      places.add(blocks.findIndex((block) => block.toLowerCase().includes(answer.toLowerCase())));
    }
    expect(places.size).toBeGreaterThan(5);
  });
});
