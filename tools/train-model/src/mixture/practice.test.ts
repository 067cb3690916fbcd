import { createRandom, type MultidocWorld, solveMultidoc } from "@kvasir/kv-eval";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { articlesExample } from "./practice-articles.ts";
import { type ArticleOptions, drawArticles } from "./practice-articles-world.ts";
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
        for (const { query, answer, includes = [], spoken = answer, read, asOf = read } of lesson.questions) {
          expect(read).toBeGreaterThan(0);
          expect(read).toBeLessThanOrEqual(lesson.documents.length);
          expect(asOf).toBeLessThanOrEqual(read);
          const { answers } = solveMultidoc(worldOf(lesson, asOf), query);
          expect(answers).toEqual(answer === "unknown" ? [] : [answer]);
          let from = 0;
          for (const part of includes) {
            expect(solveMultidoc(worldOf(lesson, asOf), part.query).answers).toEqual([part.answer]);
            from = spoken.indexOf(part.answer, from) + part.answer.length;
            expect(from).toBeGreaterThanOrEqual(part.answer.length);
          }
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

it("asks for histories and lists as they are told", () => {
  let lists = 0;
  for (let seed = 0; seed < 60; seed++) {
    const lesson = stateLesson(createRandom(seed), 700);
    for (const { query, includes, spoken, text, read } of lesson.questions) {
      if (includes === undefined || query.type !== "state") continue;
      lists++;
      if (!/first to last|in order/u.test(text)) continue;
      const facts = worldOf(lesson, read).flat();
      const places = facts.flatMap((fact, i) => {
        const moves = fact.type === "swap" ? fact.items : fact.type === "put" ? [fact.item] : [];
        return moves.includes(query.item) ? solveMultidoc([facts.slice(0, i + 1)], query).answers : [];
      });
      expect(spoken).toBe(places.join(", "));
    }
  }
  expect(lists).toBeGreaterThan(20);
});

it.each([{}, { crowding: 2.6 }, { crowding: 2.6, kept: 0.4 }])("finds the article that a two-hop question ends in: %o", (options) => {
  fc.assert(
    fc.property(seeds, fc.integer({ min: 2000, max: 4000 }), (seed, tokens) => {
      const { documents, questions } = drawArticles(createRandom(seed), tokens, options);
      for (const { text, title, answer } of questions) {
        const article = documents.find((document) => document.split("\n")[1] === title);
        expect(article).toContain(answer.replace(/^(?:an?|the) /u, ""));
        expect(text).not.toContain(title);
      }
      expect(documents.join("\n\n").length / 3.5).toBeLessThan(1.1 * tokens);
    }),
    { numRuns: 40 },
  );
});

it("writes fewer articles where a crowd finds no room", () => {
  let tooMany = 0;
  for (let seed = 0; seed < 60; seed++) {
    const { parts } = articlesExample(createRandom(seed), 800);
    expect(parts.some(({ kind }) => kind === "assistant")).toBe(true);
    try {
      drawArticles(createRandom(seed), 800, { crowding: 2.6, kept: 0.3 });
    } catch (error) {
      expect(error).toBeInstanceOf(RangeError);
      tooMany++;
    }
  }
  expect(tooMany).toBeGreaterThan(0);
});

it("crowds articles and leaves out what no question needs", () => {
  const count = (options: ArticleOptions): number =>
    Array.from({ length: 20 }, (_, seed) => drawArticles(createRandom(seed), 2048, options).questions.length).reduce((a, b) => a + b);
  expect(count({ crowding: 2.6 })).toBeGreaterThan(2 * count({}));
  expect(count({ crowding: 2.6, kept: 0.4 })).toBeGreaterThan(1.2 * count({ crowding: 2.6 }));
});
