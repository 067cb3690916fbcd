import { createRandom } from "@kvasir/kv-eval";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { articleFor } from "../slots/index.ts";
import { checkTemplates, findWords, parseTemplates, renderTemplate } from "../templates/index.ts";
import { parseFrames } from "./frame-library.ts";
import { generateFromTemplates } from "./generate-from-templates.ts";
import { generatePlain } from "./generate-plain.ts";

const seeds = fc.integer({ min: 0, max: 1_000_000 });
const isOpen = (answer: string): boolean => ["unknown", "yes", "no"].includes(answer) || /^\d+$/.test(answer);

describe("generatePlain", () => {
  it("asks what its documents tell, in their words", () => {
    fc.assert(
      fc.property(seeds, fc.integer({ min: 200, max: 6000 }), (seed, characters) => {
        const { documents, questions } = generatePlain(createRandom(seed), { characters });
        expect(documents.length).toBeGreaterThan(0);
        expect(documents.length).toBeLessThanOrEqual(8);
        expect(questions.length).toBeGreaterThan(0);
        for (const { text, answer, document } of questions) {
          const told = documents[document] as string;
          if (!isOpen(answer))
            for (const item of answer.split(", ")) expect(findWords(told, item), `${text} -> ${answer}\n${told}`).toBeGreaterThanOrEqual(0);
        }
      }),
      { numRuns: 150 },
    );
  });

  it("leaves no marks of its making", () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const { documents, questions } = generatePlain(createRandom(seed), { characters: 1500 });
        for (const text of [...documents, ...questions.flatMap((question) => [question.text, question.answer])]) {
          expect(text).not.toMatch(/undefined|[{}[\]%\\]{2}|\{|\}|\[|\]|\0/);
          expect(text.trim()).not.toBe("");
          for (const [words, article, word] of text.matchAll(/(?<![\p{L}\p{N}'’.):-])(an?) ([\p{L}\p{N}]+)/gu))
            expect(article, words).toBe(articleFor(word as string));
        }
      }),
      { numRuns: 150 },
    );
  });

  it("repeats itself from its seed", () => {
    for (const seed of [1, 2, 3])
      expect(generatePlain(createRandom(seed), { characters: 2000 })).toEqual(generatePlain(createRandom(seed), { characters: 2000 }));
  });

  it("asks one question in ten or so that no document answers, and never the same twice", () => {
    let unknown = 0;
    let all = 0;
    for (let seed = 0; seed < 100; seed++) {
      const { questions } = generatePlain(createRandom(seed), { characters: 2000 });
      unknown += questions.filter(({ answer }) => answer === "unknown").length;
      all += questions.length;
      expect(new Set(questions.map(({ text }) => text)).size).toBe(questions.length);
    }
    expect(unknown / all).toBeGreaterThan(0.04);
    expect(unknown / all).toBeLessThan(0.16);
  });

  it("is made of frames whose questions can be asked in every wording", () => {
    for (const frame of parseFrames()) {
      for (let seed = 0; seed < 12; seed++) {
        renderTemplate(frame, createRandom(seed), new Set(), (line, problem) =>
          expect.fail(`${frame.file}:${line} ${frame.name}: ${problem}`),
        );
      }
    }
  });
});

describe("generateFromTemplates", () => {
  const texts = Array.from(
    { length: 6 },
    (_, index) => `=== text ${index}
On {day:weekday} {p:person} brought [a|one] {t:thing} to {c:city}.[ {She/He@p} was tired.|]
?? Who came to {c}?
-> {p}
?? Which colour was it?
-> unknown
`,
  );
  const templates = parseTemplates(texts.join(""), "test.txt");

  it("uses each template at most once, in no more documents than wanted", () => {
    fc.assert(
      fc.property(seeds, fc.integer({ min: 1, max: 4 }), (seed, documents) => {
        const exercise = generateFromTemplates(createRandom(seed), templates, {
          characters: 200,
          documents,
          filler: () => "Nothing else happened.",
        });
        expect(exercise.documents.length).toBeLessThanOrEqual(documents);
        const people = exercise.questions.filter(({ answer }) => answer !== "unknown");
        expect(new Set(people.map(({ answer }) => answer)).size).toBe(people.length);
        for (const { answer, document } of people) expect(exercise.documents[document]).toContain(answer);
      }),
    );
  });

  it("is told where a template is wrong", () => {
    expect(checkTemplates(templates).join("\n")).toContain("2 questions; give 6 to 10");
    expect(() => parseTemplates("=== a\nHe met {x}.\n?? Who?\n-> {x}\n", "a.txt")).toThrow('a.txt:2: Unknown slot "x"');
    expect(() => parseTemplates("=== a\nHe met {x:persn}.\n?? Who?\n-> {x}\n", "a.txt")).toThrow('a.txt:2: No slot type "persn"');
    expect(() => parseTemplates("=== a\nHe [met.\n?? Who?\n-> he\n", "a.txt")).toThrow("never closed");
  });
});
