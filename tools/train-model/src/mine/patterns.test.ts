import { createRandom } from "@kvasir/kv-eval";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { askAboutLooks, askAboutNumbers, askAboutPersons } from "./attributes.ts";
import { findFacts, mineFacts } from "./facts.ts";
import { mineGlossary, readGlossary } from "./glossary.ts";
import { askAboutIdentity, askAboutMentions } from "./identities.ts";
import { minePassage } from "./mine-passage.ts";
import { findNames } from "./names.ts";
import { settle, type Pair, type Scene } from "./pair.ts";
import { splitIntoPassages } from "./passages.ts";
import { askAboutQuotations, findQuotations } from "./quotations.ts";
import { narratedSentences, splitSentences } from "./sentences.ts";

const names = {
  all: new Set(["Anne", "Marilla", "Lynde", "Rachel", "Matthew"]),
  people: new Set(["Anne", "Marilla", "Lynde", "Rachel", "Matthew"]),
};
const scene = (passage: string): Scene => ({ passage, names, random: createRandom(3) });
/** All wordings that a pattern has, by drawing often. */
const all = (pattern: (scene: Scene) => Pair[], passage: string): Pair[] => {
  const one = scene(passage);
  return Array.from({ length: 30 }, () => pattern(one)).flat();
};
const answers = (pairs: readonly Pair[]): string[] => [...new Set(pairs.map(({ answer }) => answer))];

describe("quotations", () => {
  test("finds the speaker after and before the words", () => {
    const passage = '"I never lose my patience," said Marilla. "Never."\nAnne asked: "Where is the lamp?"';
    expect(findQuotations(passage, () => true)).toEqual([
      { speaker: "Marilla", verb: "say", words: "I never lose my patience", goesOn: true },
      { speaker: "Anne", verb: "ask", words: "Where is the lamp?", goesOn: false },
    ]);
  });

  test("asks who said it and what was said", () => {
    const pairs = all(askAboutQuotations, '"Where is the old lamp?" asked Marilla.');
    expect(pairs).toContainEqual({ kind: "speaker", text: 'Who said "Where is the old lamp?"?', answer: "Marilla" });
    expect(pairs).toContainEqual({ kind: "words", text: "What did Marilla ask?", answer: "Where is the old lamp?" });
  });

  test("does not ask what was said where the speech goes on", () => {
    expect(all(askAboutQuotations, '"I never lose my patience," said Marilla. "Never."').filter(({ kind }) => kind === "words")).toEqual(
      [],
    );
  });

  test("does not take a pronoun or an unknown word for a speaker", () => {
    expect(findQuotations('"I never lose my patience," said he. "Never," said Nobody.', (name) => names.people.has(name))).toEqual([]);
  });
});

describe("attributes", () => {
  test("colours of things named once", () => {
    expect(answers(all(askAboutLooks, "She wore a red coat, and her shoes were old."))).toEqual(["red"]);
    expect(all(askAboutLooks, "She wore a red coat, and he a blue coat.")).toEqual([]);
    expect(all(askAboutLooks, "The white man came in.")).toEqual([]);
  });

  test("numbers before plural nouns", () => {
    expect(answers(all(askAboutNumbers, "There were twenty-three horses in the field."))).toEqual(["twenty-three"]);
    expect(all(askAboutNumbers, "Two or three horses and five horses stood there.")).toEqual([]);
  });

  test("names and ages of persons", () => {
    expect(answers(all(askAboutPersons, "There lived a miller named Hans, who had a boy of twelve."))).toEqual(["Hans", "twelve"]);
    expect(all(askAboutPersons, "It was a time called Easter.")).toEqual([]);
  });
});

describe("identities", () => {
  test("appositions and ties", () => {
    const passage = "Mrs. Rachel Lynde, a stout woman of fifty, came in. Anne was the daughter of Matthew.";
    expect(answers(all(askAboutIdentity, passage))).toEqual(expect.arrayContaining(["a stout woman of fifty", "Matthew", "Anne"]));
  });

  test("leaves lists of names alone", () => {
    expect(all(askAboutIdentity, "The servant of Anne, the woman, came in.")).toEqual([]);
  });

  test("asks for the country only where there is one", () => {
    expect(answers(all(askAboutMentions, "They went to France in 1823."))).toEqual(["France", "1823"]);
    expect(answers(all(askAboutMentions, "They went from France to Spain."))).toEqual([]);
  });
});

describe("glossaries and facts", () => {
  const lines = Array.from(
    { length: 26 },
    (_, index) => `${String.fromCharCode(97 + index)}word: the meaning with the letter ${String.fromCharCode(97 + index)}.`,
  );

  test("reads lists of words and asks both ways", () => {
    const entries = readGlossary(lines) ?? [];
    expect(entries).toHaveLength(26);
    for (const { passage, questions } of mineGlossary(entries, 20, createRandom(1))) {
      for (const { answer } of questions) expect(passage).toContain(answer);
    }
    expect(readGlossary(["It was a dark night.", ...lines.slice(0, 5)])).toBeUndefined();
  });

  test("finds facts and asks for the one thing that has them", () => {
    const facts = ["Ada", "Bora", "Cida", "Dora", "Esna", "Fola"].flatMap((name, index) =>
      findFacts(`The capital of ${name} is ${name}ville. The population of ${name} is ${index + 2},000.`),
    );
    expect(facts).toHaveLength(12);
    for (const { questions } of mineFacts(facts, 20, createRandom(1))) {
      for (const { text, answer } of questions)
        if (/capital of [A-Z]/.test(text)) expect(answer).toBe(`${/capital of ([A-Z][a-z]+)/.exec(text)?.[1]}ville`);
    }
  });
});

describe("passages", () => {
  test("sentences end at stops, not at titles", () => {
    expect(splitSentences('Mr. Lorry sat. "Dr. Manette!" he said. It rained.')).toEqual([
      "Mr. Lorry sat.",
      '"Dr. Manette!" he said.',
      "It rained.",
    ]);
  });

  test("leaves out what is said in quotation marks", () => {
    expect(narratedSentences('It rained. "I am wet. I am cold. Let us go," said Anne. They went.')).toEqual(["It rained.", "They went."]);
  });

  test("passages are whole paragraphs of 400 to 1500 characters", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 2000 }), { maxLength: 30 }), (lengths) => {
        for (const passage of splitIntoPassages(lengths.map((length) => "x".repeat(length)))) {
          expect(passage.length).toBeGreaterThanOrEqual(400);
          expect(passage.length).toBeLessThanOrEqual(1500);
        }
      }),
    );
  });

  test("names are words that stand in capitals within sentences", () => {
    const found = findNames(['"Yes," said Anne. Then Anne went, and Anne sat; the English told Anne.', "The door and a Door or the door."]);
    expect([...found.all]).toEqual(["Anne"]);
  });
});

test("questions with two answers are dropped, and answers are spans of the passage", () => {
  const passage = "The coat was red.";
  const pair = (text: string, answer: string): Pair => ({ kind: "test", text, answer });
  expect(
    settle(passage, [pair("A?", "red"), pair("A?", "coat"), pair("B?", "red"), pair("C?", "blue"), pair("Is it red?", "red")]),
  ).toEqual([pair("B?", "red")]);
});

test("every answer mined is a span of its passage and not in its question", () => {
  const passage =
    'Anne took the lamp and went into the hall. The old captain sat at the table with three maps and a red book.\n"Is it time to go to bed already?" asked Marilla.\nMatthew left the barn at nine o\'clock because the horse was lame, and shut the gate.';
  const pairs = minePassage(passage, names, createRandom(5));
  expect(pairs.length).toBeGreaterThan(12);
  for (const { text, answer } of pairs) {
    expect(passage).toContain(answer);
    expect(text.toLowerCase()).not.toMatch(new RegExp(`\\b${answer.replace(/[?.]/g, "\\$&").toLowerCase()}\\b`));
  }
});
