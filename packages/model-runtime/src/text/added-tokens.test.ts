import { describe, expect, it } from "vitest";

import { AddedTokenSplitter, type AddedToken } from "./added-tokens.ts";

const token = (id: number, content: string, flags: Partial<AddedToken> = {}): AddedToken => ({
  id,
  content,
  isSpecial: true,
  lstrip: false,
  rstrip: false,
  singleWord: false,
  ...flags,
});

describe("AddedTokenSplitter", () => {
  it("takes the leftmost and longest token", () => {
    const splitter = new AddedTokenSplitter([token(1, "\n"), token(2, "\n\n"), token(3, "\n\n\n")]);
    expect(splitter.split("a\n\n\n\n\nb")).toEqual([{ text: "a" }, { id: 3 }, { id: 2 }, { text: "b" }]);
  });

  it("keeps text without tokens whole, and knows characters that mean something to patterns", () => {
    expect(new AddedTokenSplitter([]).split("abc")).toEqual([{ text: "abc" }]);
    expect(new AddedTokenSplitter([]).split("")).toEqual([]);
    expect(new AddedTokenSplitter([token(1, "[a-z]*.(^$)/\\{}")]).split("x[a-z]*.(^$)/\\{}")).toEqual([{ text: "x" }, { id: 1 }]);
  });

  it("takes white space along where a token says so", () => {
    const splitter = new AddedTokenSplitter([token(1, "<mask>", { lstrip: true }), token(2, "<end>", { rstrip: true })]);
    expect(splitter.split("a  <mask> b<end> \n c <end>")).toEqual([
      { text: "a" },
      { id: 1 },
      { text: " b" },
      { id: 2 },
      { text: "c " },
      { id: 2 },
    ]);
  });

  it("finds single words only where nothing touches them", () => {
    const splitter = new AddedTokenSplitter([token(1, "cat", { singleWord: true })]);
    expect(splitter.split("cat scatter cat!")).toEqual([{ id: 1 }, { text: " scatter " }, { id: 1 }, { text: "!" }]);
  });
});
