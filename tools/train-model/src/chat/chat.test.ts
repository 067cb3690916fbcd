import { createRandom } from "@kvasir/kv-eval";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { generateChat, surround } from "./chat.ts";
import { middles } from "./middles.ts";
import { closings, openings } from "./openings.ts";

const topics = [...openings, ...middles, ...closings];

describe("generateChat", () => {
  test("alternates user and assistant over one to six turns", () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const messages = generateChat(createRandom(seed));
        expect(messages.length % 2).toBe(0);
        expect(messages.length).toBeGreaterThanOrEqual(2);
        expect(messages.length).toBeLessThanOrEqual(12);
        messages.forEach(({ role, content }, index) => {
          expect(role).toBe(index % 2 === 0 ? "user" : "assistant");
          expect(content.trim()).not.toBe("");
        });
      }),
    );
  });

  test("gives the same conversation for the same seed", () => {
    expect(generateChat(createRandom(7))).toEqual(generateChat(createRandom(7)));
  });

  test("keeps answers short", () => {
    for (const { answers } of topics) for (const answer of answers) expect(answer.length).toBeLessThan(120);
  });

  test("has each wording under one topic alone", () => {
    const wordings = topics.flatMap(({ users }) => users.map((user) => user.toLowerCase()));
    expect(wordings.filter((wording, index) => wordings.indexOf(wording) !== index)).toEqual([]);
  });
});

describe("surround", () => {
  const turns = [
    { text: "Who shut the door?", answer: "Mr. Lorry" },
    { text: "What did he shut?", answer: "the door" },
  ];

  test("keeps questions with their answers, in order", () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const messages = surround(createRandom(seed), turns);
        const asked = messages.flatMap(({ content }, index) =>
          turns.some(({ text }) => text === content) ? [[content, messages[index + 1]?.content]] : [],
        );
        expect(asked).toEqual(turns.map(({ text, answer }) => [text, answer]));
      }),
    );
  });

  test("gives the document once, before or with the first question", () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const messages = surround(createRandom(seed), turns, "Mr. Lorry shut the door.");
        const holders = messages.flatMap(({ content }, index) => (content.includes("Lorry shut") ? [index] : []));
        expect(holders).toHaveLength(1);
        expect(holders[0]).toBeLessThanOrEqual(messages.findIndex(({ content }) => content.includes("Who shut the door?")));
      }),
    );
  });
});
