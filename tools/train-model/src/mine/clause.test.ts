import { createRandom } from "@kvasir/kv-eval";
import { describe, expect, test } from "vitest";
import { askAboutClause } from "./clause-questions.ts";
import { parseClauses } from "./clause.ts";
import type { Pair } from "./pair.ts";
import { infinitiveOf, tagSentence } from "./tagger.ts";

const names = { all: new Set(["Lorry", "Anne", "Marilla", "Green", "Gables", "Tellson"]), people: new Set(["Lorry", "Anne", "Marilla"]) };

function askAbout(sentence: string, passage = sentence): Pair[] {
  const tokens = tagSentence(sentence) ?? [];
  const scene = { passage, names, random: createRandom(1) };
  return parseClauses(sentence, tokens, names).flatMap((clause) => Array.from({ length: 12 }, () => askAboutClause(clause, scene)).flat());
}

describe("questions about clauses", () => {
  test.each([
    ["Mr. Lorry shut the door.", "What did Mr. Lorry shut?", "the door"],
    ["Mr. Lorry shut the door.", "Who shut the door?", "Mr. Lorry"],
    ["Anne carried a basket of eggs into the kitchen.", "Where did Anne carry a basket of eggs?", "into the kitchen"],
    ["Marilla put the letter on the table and took the lamp.", "What did Marilla take?", "the lamp"],
    ["The next morning Anne went to the window.", "When did Anne go to the window?", "The next morning"],
    ["The captain gave the boy a silver watch.", "To whom did the captain give a silver watch?", "the boy"],
    ["The captain gave the boy a silver watch.", "What did the captain give the boy?", "a silver watch"],
    ["Anne laughed because the cat was asleep in the hat.", "Why did Anne laugh?", "because the cat was asleep in the hat"],
    ["He walked through the garden for two hours.", "How long did he walk through the garden?", "two hours"],
    ["I opened the gate.", "What did the narrator open?", "the gate"],
    ["Marilla saw the old captain.", "Who did Marilla see?", "the old captain"],
  ])("%s %s", (sentence, text, answer) => {
    expect(askAbout(sentence)).toContainEqual(expect.objectContaining({ text, answer }));
  });

  test.each([
    ["an object that goes on", "Anne opened the door and the window."],
    ["an object with a relative clause", "Anne found the book that Marilla had hidden."],
    ["a linking verb", "Anne became the teacher."],
    ["a time as object", "Anne waited the whole night."],
    ["a participle", "The letters scattered on the floor were old."],
    ["the present", "Anne opens the door."],
  ])("asks for no object with %s", (_, sentence) => {
    expect(askAbout(sentence).filter(({ kind }) => kind === "object")).toEqual([]);
  });

  test("asks nothing where the passage has the verb twice", () => {
    expect(askAbout("Anne opened the door.", "Anne opened the door. Marilla opened the gate.")).toEqual([]);
  });

  test("asks no place where the phrase of place goes on", () => {
    expect(askAbout("Anne went into the room where Marilla slept.").filter(({ kind }) => kind === "where")).toEqual([]);
  });
});

describe("infinitiveOf", () => {
  test.each([
    ["shut", "shut"],
    ["stopped", "stop"],
    ["hurried", "hurry"],
    ["carried", "carry"],
    ["took", "take"],
    ["laid", "lay"],
    ["hoped", "hope"],
    ["agreed", "agree"],
  ])("%s comes from %s", (past, base) => {
    expect(infinitiveOf(past)).toBe(base);
  });

  test.each(["door", "bed", "hundred", "the"])("%s is no past form", (word) => {
    expect(infinitiveOf(word)).toBeUndefined();
  });
});
