import { existsSync, readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";

import { describe, expect, it } from "vitest";

import { findCheckpoint, TINY_MODEL } from "../../test/checkpoints.ts";
import { openWeightFile } from "../weights/index.ts";
import { openText, type Tokenizer } from "./index.ts";

/** See goldens/make_tokenizations.py. */
interface Goldens {
  readonly texts: readonly { readonly kind: string; readonly text: string }[];
  readonly models: Readonly<
    Record<
      string,
      {
        readonly ids: readonly number[][];
        readonly plain: Readonly<Record<string, number[]>>;
        readonly lossy: Readonly<Record<string, string>>;
      }
    >
  >;
}

const GOLDENS = new URL("../../goldens/tokenizations.json.gz", import.meta.url).pathname;
const goldens = JSON.parse(gunzipSync(readFileSync(GOLDENS)).toString("utf8")) as Goldens;

async function openTokenizer(path: string): Promise<Tokenizer> {
  const file = await openWeightFile(path);
  file.close();
  return openText(path, file).tokenizer;
}

interface Checkpoint {
  readonly model: string;
  readonly path: string | undefined;
  /** Tokens about which the file and the model's published tokenizer disagree whether they are special. */
  readonly disputed?: RegExp;
}

const CHECKPOINTS: readonly Checkpoint[] = [
  { model: "kvasir-tiny", path: TINY_MODEL },
  { model: "smollm2", path: findCheckpoint("smollm2-135m-instruct-q4_1.gguf") },
  // The published tokenizer takes for ordinary some tokens that the GGUF calls control tokens.
  { model: "gemma", path: findCheckpoint("gemma-3-270m-q4_k_m.gguf"), disputed: /<mask>|<unused\d+>/ },
];

describe.each(CHECKPOINTS)("$model", ({ model, path, disputed }) => {
  const golden = goldens.models[model];
  const isDisputed = (text: string): boolean => disputed?.test(text) ?? false;

  it.skipIf(path === undefined || !existsSync(path))("tokenizes 200 texts as the model's own tokenizer does, and back", async () => {
    const tokenizer = await openTokenizer(path as string);
    const wrong = goldens.texts.flatMap(({ text }, index) => {
      const expected = golden?.ids[index] ?? [];
      const ids = tokenizer.encode(text, { addSpecialTokens: false });
      const decoded = tokenizer.decode(ids, { skipSpecialTokens: false });
      const isEqual = ids.join() === expected.join() && decoded === (golden?.lossy[index] ?? text);
      return isEqual ? [] : [{ text, ids, expected, decoded }];
    });
    expect(goldens.texts).toHaveLength(200);
    expect(wrong).toEqual([]);
  });

  it.skipIf(path === undefined)("tokenizes special tokens as plain text where told to", async () => {
    const tokenizer = await openTokenizer(path as string);
    const cases = Object.entries(golden?.plain ?? {}).map(([index, expected]) => ({
      text: goldens.texts[Number(index)]?.text ?? "",
      expected,
    }));
    const wrong = cases.filter(
      ({ text, expected }) =>
        !isDisputed(text) && tokenizer.encode(text, { addSpecialTokens: false, parseSpecial: false }).join() !== expected.join(),
    );
    expect(cases.length).toBeGreaterThan(0);
    expect(wrong).toEqual([]);
    const special = new Set(tokenizer.specialTokens.values());
    expect(
      cases.flatMap(({ text }) => tokenizer.encode(text, { addSpecialTokens: false, parseSpecial: false })).filter((id) => special.has(id)),
    ).toEqual([]);
  });

  it.skipIf(path === undefined)("streams what it decodes", async () => {
    const tokenizer = await openTokenizer(path as string);
    for (const { text } of goldens.texts) {
      const ids = tokenizer.encode(text, { addSpecialTokens: false });
      const decoder = tokenizer.createStreamDecoder({ skipSpecialTokens: false });
      const pieces = ids.map((id) => decoder.push(id));
      expect(pieces.join("") + decoder.flush()).toBe(tokenizer.decode(ids, { skipSpecialTokens: false }));
      expect(Buffer.concat(ids.map((id) => tokenizer.tokenBytes(id))).toString("utf8")).toBe(
        tokenizer.decode(ids, { skipSpecialTokens: false }),
      );
    }
  });
});
