import { fileURLToPath } from "node:url";
import { openText, openWeightFile } from "@kvasir/model-runtime";
import { beforeAll, describe, expect, it } from "vitest";
import type { CountTokens } from "../exercise.ts";
import { generateMultidoc } from "./generate.ts";
import { stratumNames } from "./strata/index.ts";

const MODEL = fileURLToPath(new URL("../../../../models/kvasir-tiny", import.meta.url));
const overhead = { perDocument: 4, perQuestion: 8 };

describe("with a model's tokenizer", () => {
  let countTokens: CountTokens;
  beforeAll(async () => {
    const file = await openWeightFile(MODEL);
    const { tokenizer } = openText(MODEL, file);
    countTokens = (text) => tokenizer.encode(text, { addSpecialTokens: false }).length;
    file.close();
  });

  it.each(stratumNames)("multidoc_%s fills its length, never exceeds it, and has answers that can be written", (stratum) => {
    for (let seed = 0; seed < 12; seed++) {
      const length = 900 + 250 * (seed % 4);
      const { documents, questions } = generateMultidoc(stratum, { seed, length, countTokens, overhead }, { questions: 12 });
      const ofDocuments = documents.reduce((sum, text) => sum + countTokens(text) + overhead.perDocument, 0);
      const total = ofDocuments + Math.max(...questions.map(({ text }) => countTokens(text))) + overhead.perQuestion + 16;
      expect(total).toBeLessThanOrEqual(length);
      expect(total).toBeGreaterThan(length - 16);
      // One of the new tokens ends the answer.
      for (const { completion, maxNewTokens } of questions) expect(countTokens(completion), completion).toBeLessThan(maxNewTokens);
    }
  });
});
