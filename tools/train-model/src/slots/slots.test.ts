import { createRandom } from "@kvasir/kv-eval";
import { describe, expect, it } from "vitest";
import { inflect } from "./inflection.ts";
import { capitalize, drawSlot, slotTypes, withArticle } from "./index.ts";

describe("drawSlot", () => {
  it("draws many different values of every type, none empty or broken", () => {
    for (const type of Object.keys(slotTypes)) {
      const random = createRandom(5);
      const values = Array.from({ length: 200 }, () => drawSlot(random, type).text);
      for (const value of values) expect(value, type).toMatch(/^\S(?:(?!undefined| {2})[^{}[\]])*$/u);
      expect(new Set(values).size, type).toBeGreaterThan(6);
    }
  });

  it("repeats itself from its seed", () => {
    for (const type of Object.keys(slotTypes)) expect(drawSlot(createRandom(9), type)).toEqual(drawSlot(createRandom(9), type));
  });

  it("refuses types that do not exist", () => {
    expect(() => drawSlot(createRandom(1), "nothing")).toThrow('No slot type "nothing"');
  });
});

describe("inflect", () => {
  it.each([
    ["repair", "repaired", "repaired", "repairs", "repairing"],
    ["carry", "carried", "carried", "carries", "carrying"],
    ["wrap", "wrapped", "wrapped", "wraps", "wrapping"],
    ["steal", "stole", "stolen", "steals", "stealing"],
    ["set up", "set up", "set up", "sets up", "setting up"],
    ["polish", "polished", "polished", "polishes", "polishing"],
    ["cancel", "cancelled", "cancelled", "cancels", "cancelling"],
    ["transfer", "transferred", "transferred", "transfers", "transferring"],
    ["tie up", "tied up", "tied up", "ties up", "tying up"],
    ["open", "opened", "opened", "opens", "opening"],
    ["auction", "auctioned", "auctioned", "auctions", "auctioning"],
    ["conceal", "concealed", "concealed", "conceals", "concealing"],
  ])("inflects %s", (base, past, participle, third, ing) => {
    expect(inflect(base)).toEqual({ base, past, participle, third, ing });
  });
});

describe("articles and capitals", () => {
  it.each([
    "an hour",
    "a university",
    "an umbrella",
    "an 8",
    "a one-way street",
    "an X-ray",
    "a European",
    "an MP",
    "a ladder",
    "an unidentified bird",
    "a uniform",
  ])("says %s", (words) => {
    expect(withArticle(words.slice(words.indexOf(" ") + 1))).toBe(words);
  });

  it("begins with a capital behind quotes", () => {
    expect(capitalize('"we came"')).toBe('"We came"');
  });
});
