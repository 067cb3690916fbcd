import type { KernelBackend } from "@kvasir/kv-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { describeModel, loadModel, type Model } from "../../packages/model-runtime/src/model/index.ts";
import { BACKENDS, createBackend } from "./support/backends.ts";
import { FAMILY_GOLDENS } from "./support/goldens.ts";
import { maxDifference, SingleSequence } from "./support/single-sequence.ts";

const MAX_LOGIT_DIFFERENCE = 2e-3;
/** Not a multiple of the page size, so that chunks begin and end inside pages. */
const CHUNK_ROWS = 150;

describe.each(BACKENDS)("logits on $name equal those of transformers", (factory) => {
  let backend: KernelBackend;
  beforeAll(async () => {
    backend = await createBackend(factory);
  });
  afterAll(() => backend.dispose());

  describe.each(FAMILY_GOLDENS)("$name", (golden) => {
    let model: Model;
    beforeAll(async () => {
      const file = await golden.open();
      model = await loadModel(file, backend, { matrixDtype: "f32", maxRows: CHUNK_ROWS });
      file.close();
    });
    afterAll(() => model.dispose());

    it.each(golden.prompts)("$length tokens", async ({ ids, logits, greedy, length }) => {
      const sequence = new SingleSequence(model, backend, length + 64);
      const found = await sequence.feed(
        ids,
        logits.map(({ position }) => position),
      );
      const differences = logits.map(({ values }, index) => maxDifference(values, found[index]!));
      expect(Math.max(...differences)).toBeLessThanOrEqual(MAX_LOGIT_DIFFERENCE);
      if (greedy !== undefined) expect(await sequence.greedy(found.at(-1)!, greedy.ids.length)).toEqual(greedy.ids);
      sequence.dispose();
    });
  });
});

it.each(FAMILY_GOLDENS)("$name: the configuration in today's spelling describes the same model", async (golden) => {
  const [published, saved] = [await golden.open(), await golden.openAsSaved()];
  expect(describeModel(saved)).toEqual(describeModel(published));
  published.close();
  saved.close();
});
