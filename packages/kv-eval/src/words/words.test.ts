import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createRandom } from "../random.ts";
import { ADJECTIVES, drawCharacters, drawNeedleText, drawNew, NOUNS, VERBS } from "./index.ts";

describe("word lists", () => {
  it.each([
    ["adjectives", ADJECTIVES],
    ["nouns", NOUNS],
    ["verbs", VERBS],
  ])("of %s are long, and plain lower-case words, each once", (_, words) => {
    expect(words.length).toBeGreaterThan(900);
    expect(new Set(words).size).toBe(words.length);
    expect(words.every((word) => /^[a-z]+$/.test(word))).toBe(true);
  });
});

describe("random text", () => {
  it("looks as its kind does", () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const random = createRandom(seed);
        expect(drawNeedleText("words", random)).toMatch(/^[a-z]+-[a-z]+$/);
        expect(drawNeedleText("numbers", random)).toMatch(/^[1-9]\d{6}$/);
        expect(drawNeedleText("uuids", random)).toMatch(/^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/);
        expect(drawCharacters(random, "XY", 5)).toMatch(/^[XY]{5}$/);
      }),
    );
  });

  it("is new until there is nothing new", () => {
    const random = createRandom(1);
    const taken = new Set(["a"]);
    const draw = (): string => drawCharacters(random, "abc", 1);
    expect([drawNew(taken, draw), drawNew(taken, draw)].toSorted()).toEqual(["b", "c"]);
    expect(() => drawNew(taken, draw)).toThrow("3 are taken");
  });
});
