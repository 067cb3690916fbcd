import { createRandom, type MultidocWorld, solveMultidoc } from "@kvasir/kv-eval";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { drawArticles } from "./practice-articles.ts";
import { bridgeLesson } from "./practice-bridge.ts";
import { codebookLesson } from "./practice-codebook.ts";
import { type Lesson, lessonExample, mark, takeMarks } from "./practice-lesson.ts";
import { stateLesson } from "./practice-state.ts";

const lessons = { bridgeLesson, codebookLesson, stateLesson };
const seeds = fc.integer({ min: 0, max: 2 ** 31 - 1 });
const lengths = fc.integer({ min: 160, max: 4096 });

function worldOf({ documents }: Lesson, count: number): MultidocWorld {
  return documents.slice(0, count).map((sentences) => sentences.flatMap(({ fact }) => (fact === undefined ? [] : [fact])));
}

describe.each(Object.entries(lessons))("%s", (_, write) => {
  it("asks what follows from the documents read so far, and from nothing else", () => {
    fc.assert(
      fc.property(seeds, lengths, (seed, tokens) => {
        const lesson = write(createRandom(seed), tokens);
        expect(lesson.questions.length).toBeGreaterThan(0);
        for (const { query, answer, spoken = answer, read, asOf = read } of lesson.questions) {
          expect(read).toBeGreaterThan(0);
          expect(read).toBeLessThanOrEqual(lesson.documents.length);
          expect(asOf).toBeLessThanOrEqual(read);
          const { answers } = solveMultidoc(worldOf(lesson, asOf), query);
          expect(answers).toEqual(answer === "unknown" ? [] : [answer]);
          expect(spoken.endsWith(answer)).toBe(true);
        }
      }),
      { numRuns: 150 },
    );
  });

  it("emphasizes names and values, in documents and in questions", () => {
    fc.assert(
      fc.property(seeds, lengths, (seed, tokens) => {
        const lesson = write(createRandom(seed), tokens);
        const names = new Set(
          lesson.documents.flatMap((sentences) =>
            sentences.flatMap(({ fact }) => {
              if (fact?.type === "legend") return Object.values(fact.meanings);
              if (fact?.type === "put") return typeof fact.at === "string" ? [fact.at] : [];
              return fact?.type === "relation" ? [fact.subject, fact.value].flatMap((term) => ("name" in term ? [term.name] : [])) : [];
            }),
          ),
        );
        const { parts } = lessonExample(createRandom(seed), lesson);
        for (const { text, emphasis = [] } of parts) {
          expect(text).not.toMatch(/[⟦⟧{}]/u);
          for (const [start, end] of emphasis) expect(names).toContain(text.slice(start, end));
        }
      }),
      { numRuns: 100 },
    );
  });

  it("keeps near the length it is given", () => {
    const sizes = Array.from({ length: 100 }, (_, seed) => {
      const { parts } = lessonExample(createRandom(seed), write(createRandom(seed), 2048));
      return parts.reduce((sum, { text }) => sum + text.length / 3.5 + 2, 0);
    });
    expect(sizes.toSorted((a, b) => a - b)[90]).toBeLessThan(2048 * 1.1);
    expect(Math.max(...sizes)).toBeGreaterThan(1200);
  });

  it("is the same for the same seed", () => {
    expect(write(createRandom(3), 900)).toEqual(write(createRandom(3), 900));
  });
});

it("takes marks out of a text", () => {
  expect(takeMarks(`ask ${mark("Ada")} or ${mark("Tom Reyes")}.`)).toEqual({
    text: "ask Ada or Tom Reyes.",
    emphasis: [
      [4, 7],
      [11, 20],
    ],
  });
  expect(takeMarks("plain")).toEqual({ text: "plain" });
});

it("finds the article that a two-hop question ends in", () => {
  fc.assert(
    fc.property(seeds, fc.integer({ min: 500, max: 4000 }), (seed, tokens) => {
      const { documents, questions } = drawArticles(createRandom(seed), tokens);
      for (const { text, title, answer } of questions) {
        const article = documents.find((document) => document.split("\n")[1] === title);
        expect(article).toContain(answer.replace(/^(?:an?|the) /u, ""));
        expect(text).not.toContain(title);
      }
    }),
    { numRuns: 60 },
  );
});
