import { createRandom, type Random } from "@kvasir/kv-eval";
import { join } from "node:path";
import { expect, it } from "vitest";
import { generateFromTemplates } from "../plain/index.ts";
import { readTemplates } from "../templates/index.ts";
import { countTokens } from "./count-tokens.ts";
import type { Example } from "./example.ts";
import { multidocExample } from "./multidoc-source.ts";
import { articlesPractice, bridgePractice, codebookPractice, statePractice } from "./practice-source.ts";

const sources: Readonly<Record<string, (random: Random, tokens: number) => Example>> = {
  multidocExample,
  articlesPractice,
  bridgePractice,
  codebookPractice,
  statePractice,
};

/** What is longer than asked for is cut off where a row ends, and with it the last answers. */
it.each(Object.entries(sources))("%s leaves room for its last answers", (_, draw) => {
  for (const tokens of [2048, 3000]) {
    const sizes = Array.from({ length: 40 }, (_, seed) => {
      const { parts } = draw(createRandom(seed), tokens);
      return parts.reduce((sum, { text }) => sum + countTokens(text) + 2, 0) / tokens;
    });
    expect(sizes.filter((size) => size > 1.15).length).toBeLessThanOrEqual(2);
  }
});

it("chooses templates that fit", () => {
  const templates = readTemplates(join(import.meta.dirname, "../../texts"));
  const longer = Array.from({ length: 80 }, (_, seed) => {
    const filler = (): string => "Nothing of what is asked. ".repeat(12);
    const { documents, questions } = generateFromTemplates(createRandom(seed), templates, { characters: 900, documents: 2, filler });
    expect(questions.length).toBeGreaterThan(0);
    return documents.join("\n\n").length > 1.4 * 900;
  });
  expect(longer.filter(Boolean).length).toBeLessThanOrEqual(4);
});
