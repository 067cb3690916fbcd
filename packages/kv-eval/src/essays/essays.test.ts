import { expect, it } from "vitest";
import { ESSAYS, splitSentences } from "./index.ts";

const sentences = ESSAYS.flatMap(splitSentences);

it("are more than 12,000 words of different sentences, without figures and without needles", () => {
  expect(sentences.flatMap((sentence) => sentence.split(" ")).length).toBeGreaterThan(15_000);
  expect(new Set(sentences).size).toBeGreaterThan(0.99 * sentences.length);
  expect(sentences.filter((sentence) => /\d|special magic/i.test(sentence))).toEqual([]);
  expect(sentences.filter((sentence) => sentence.split(" ").length > 90)).toEqual([]);
});

it("are split after full stops, question and exclamation marks, and nothing is lost", () => {
  expect(splitSentences(" One  sentence.\nAnother? “Yes!” It costs 3.5 in all e.g. here. ")).toEqual([
    "One sentence.",
    "Another?",
    "“Yes!”",
    "It costs 3.5 in all e.g. here.",
  ]);
  expect(splitSentences(" \n")).toEqual([]);
  for (const essay of ESSAYS) expect(splitSentences(essay).join(" ")).toBe(essay.replaceAll(/\s+/g, " ").trim());
});
