import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, describe, expect, it } from "vitest";

import type { WeightFile } from "../weights/index.ts";
import { openText, type ModelText } from "./index.ts";

const root = mkdtempSync(join(tmpdir(), "kvasir-text-"));
afterAll(() => rmSync(root, { recursive: true }));

const weights = (format: "gguf" | "safetensors", metadata: Record<string, unknown> = {}): WeightFile => ({
  format,
  metadata,
  tensors: new Map(),
  readRows: () => {
    throw new Error("No tensors here");
  },
  close: () => {},
});

const special = (id: number, content: string): object => ({
  id,
  content,
  special: true,
  normalized: false,
  lstrip: false,
  rstrip: false,
  single_word: false,
});
const BYTE_LEVEL = { type: "ByteLevel", add_prefix_space: false, trim_offsets: true, use_regex: true };
const TOKENIZER = {
  added_tokens: [special(5, "<s>"), special(6, "</s>")],
  normalizer: null,
  pre_tokenizer: BYTE_LEVEL,
  post_processor: {
    type: "TemplateProcessing",
    single: [{ SpecialToken: { id: "<s>", type_id: 0 } }, { Sequence: { id: "A", type_id: 0 } }],
    pair: [],
    special_tokens: {},
  },
  decoder: BYTE_LEVEL,
  model: {
    type: "BPE",
    vocab: { a: 0, b: 1, ab: 2, Ġ: 3, Ġa: 4 },
    merges: [
      ["a", "b"],
      ["Ġ", "a"],
    ],
  },
};

function openDirectory(files: Readonly<Record<string, unknown>>, config: Record<string, unknown> = {}): ModelText {
  const directory = mkdtempSync(join(root, "model-"));
  for (const [name, content] of Object.entries(files))
    writeFileSync(join(directory, name), typeof content === "string" ? content : JSON.stringify(content));
  return openText(directory, weights("safetensors", config));
}

describe("a model directory", () => {
  it("brings tokenizer, settings and template", () => {
    const { tokenizer, formatter, notes } = openDirectory(
      {
        "tokenizer.json": TOKENIZER,
        "tokenizer_config.json": {
          bos_token: { content: "<s>" },
          eos_token: "</s>",
          chat_template: [
            { name: "tool_use", template: "x" },
            { name: "default", template: "{{ bos_token }}{{ messages[0].content }}{% if tools is not none %}x{% endif %}{{ eos_token }}" },
          ],
        },
        "generation_config.json": { eos_token_id: [1, 6] },
      },
      { eos_token_id: 2 },
    );
    expect(tokenizer).toMatchObject({ vocabularySize: 7, bosId: 5, addsBos: true, eosIds: [1, 6, 2] });
    expect(tokenizer.encode("ab a</s>", { addSpecialTokens: true })).toEqual([5, 2, 4, 6]);
    expect(tokenizer.decode([5, 2, 4, 6, 99], { skipSpecialTokens: true })).toBe("ab a");
    expect(tokenizer.decode([5, 2, 4, 6], { skipSpecialTokens: false })).toBe("<s>ab a</s>");
    expect([tokenizer.tokenText(4), tokenizer.tokenText(6), tokenizer.tokenText(99)]).toEqual([" a", "</s>", ""]);
    expect(formatter.chatTokens([{ role: "user", content: "ab" }])).toEqual([5, 2, 6]);
    expect(notes).toEqual([]);
  });

  it("prefers a template in a file of its own, and falls back to a default", () => {
    const settings = { "tokenizer.json": TOKENIZER, "tokenizer_config.json": { bos_token: "<s>", chat_template: "old" } };
    expect(openDirectory({ ...settings, "chat_template.jinja": "new" }).formatter.template.source).toBe("new");
    expect(openDirectory(settings).formatter.template.source).toBe("old");
    expect(openDirectory({ "tokenizer.json": TOKENIZER }).notes).toEqual([expect.stringContaining('default "plain"')]);
  });

  it("splits as the original tokenizers do where the library does not", () => {
    const digits = {
      ...TOKENIZER,
      pre_tokenizer: { type: "Sequence", pretokenizers: [{ type: "Digits", individual_digits: true }, BYTE_LEVEL] },
    };
    const bytes = [..."Ù£¤"].filter((character) => character !== "");
    const vocab = {
      ...TOKENIZER.model.vocab,
      ...Object.fromEntries(bytes.map((character, index) => [character, 7 + index])),
      "Ù£": 10,
      "Ù¤": 11,
      "Ù£Ù¤": 12,
      "Ù£Ù": 13,
    };
    const merges = [
      ["Ù", "£"],
      ["Ù", "¤"],
      ["Ù£", "Ù¤"],
    ];
    const json = { ...digits, model: { ...TOKENIZER.model, vocab, merges } };
    const arabic = "٣٤";
    expect(openDirectory({ "tokenizer.json": json }).tokenizer.encode(arabic, { addSpecialTokens: false })).toEqual([10, 11]);
  });

  it.each([
    { name: "no tokenizer.json", files: {}, code: "KV_MODEL_FILE", message: /tokenizer\.json: is missing/ },
    { name: "a tokenizer.json that is not JSON", files: { "tokenizer.json": "{" }, code: "KV_MODEL_FILE", message: /not valid JSON/ },
    {
      name: "a WordPiece model",
      files: { "tokenizer.json": { ...TOKENIZER, model: { type: "WordPiece", vocab: {} } } },
      code: "KV_MODEL_UNSUPPORTED",
      message: /"WordPiece".*BPE, Unigram/,
    },
    {
      name: "an unknown decoder",
      files: { "tokenizer.json": { ...TOKENIZER, decoder: { type: "CTC" } } },
      code: "KV_MODEL_UNSUPPORTED",
      message: /CTC/,
    },
    {
      name: "an unknown pre-tokenizer",
      files: { "tokenizer.json": { ...TOKENIZER, pre_tokenizer: { type: "Nonsense" } } },
      code: "KV_MODEL_FILE",
      message: /no tokenizer that can be read.*Nonsense/,
    },
    {
      name: "a way of splitting that is not known",
      files: { "tokenizer.json": { ...TOKENIZER, pre_tokenizer: { type: "Split", pattern: { Regex: "x" }, behavior: "MergedWithNext" } } },
      code: "KV_MODEL_UNSUPPORTED",
      message: /MergedWithNext/,
    },
    {
      name: "a vocabulary that is a list",
      files: { "tokenizer.json": { ...TOKENIZER, model: { type: "BPE", vocab: [], merges: [] } } },
      code: "KV_MODEL_FILE",
      message: /vocab is not an object/,
    },
    {
      name: "a negative id",
      files: { "tokenizer.json": { ...TOKENIZER, model: { ...TOKENIZER.model, vocab: { a: -1 } } } },
      code: "KV_MODEL_FILE",
      message: /"a" has the id -1/,
    },
    {
      name: "an id of 10^12",
      files: { "tokenizer.json": { ...TOKENIZER, added_tokens: [special(1e12, "<s>")] } },
      code: "KV_MODEL_FILE",
      message: /"<s>" has the id 1000000000000/,
    },
    {
      name: "a merge of a token that is not there",
      files: { "tokenizer.json": { ...TOKENIZER, model: { ...TOKENIZER.model, merges: [["x", "y"]] } } },
      code: "KV_MODEL_FILE",
      message: /merge 0 of "x" and "y"/,
    },
    {
      name: "merges that are no pairs",
      files: { "tokenizer.json": { ...TOKENIZER, model: { ...TOKENIZER.model, merges: ["ab"] } } },
      code: "KV_MODEL_FILE",
      message: /merges\[0\] is no pair/,
    },
    {
      name: "an added token without content",
      files: { "tokenizer.json": { ...TOKENIZER, added_tokens: [{ id: 3 }] } },
      code: "KV_MODEL_FILE",
      message: /added_tokens\[0\]/,
    },
    {
      name: "a post-processor with an unknown token",
      files: { "tokenizer.json": { ...TOKENIZER, added_tokens: [] } },
      code: "KV_MODEL_FILE",
      message: /post_processor adds/,
    },
    {
      name: "a template that is no Jinja",
      files: { "tokenizer.json": TOKENIZER, "chat_template.jinja": "{% if %}" },
      code: "KV_MODEL_FILE",
      message: /not valid Jinja/,
    },
  ])("is refused with $name", ({ files, code, message }) => {
    expect(() => openDirectory(files)).toThrow(expect.objectContaining({ code, message: expect.stringMatching(message) }));
  });
});

describe("a GGUF file", () => {
  const metadata = {
    "tokenizer.ggml.model": "gpt2",
    "tokenizer.ggml.pre": "llama-bpe",
    "tokenizer.ggml.tokens": ["a", "b", "ab", "Ġ", "Ġa", "<s>", "<|eot_id|>"],
    "tokenizer.ggml.token_type": Int32Array.of(1, 1, 1, 1, 1, 3, 3),
    "tokenizer.ggml.merges": ["a b", "Ġ a"],
    "tokenizer.ggml.bos_token_id": 5,
    "tokenizer.ggml.eos_token_id": 5,
  };
  const open = (changes: Record<string, unknown> = {}): ModelText => openText("model.gguf", weights("gguf", { ...metadata, ...changes }));

  it("brings byte-level BPE", () => {
    const { tokenizer } = open();
    expect(tokenizer).toMatchObject({ vocabularySize: 7, bosId: 5, addsBos: true, eosIds: [5, 6] });
    expect(tokenizer.encode("ab a", { addSpecialTokens: true })).toEqual([5, 2, 4]);
    expect(open({ "tokenizer.ggml.add_bos_token": false }).tokenizer.addsBos).toBe(false);
  });

  it("says where it does not know how text is split", () => {
    expect(open({ "tokenizer.ggml.pre": undefined }).notes[0]).toMatch(/tokenizer\.ggml\.pre.*default/);
  });

  it.each([
    { name: "an unknown kind", changes: { "tokenizer.ggml.model": "bert" }, code: "KV_MODEL_UNSUPPORTED", message: /"bert".*gpt2/ },
    { name: "no kind", changes: { "tokenizer.ggml.model": undefined }, code: "KV_MODEL_UNSUPPORTED", message: /missing/ },
    {
      name: "an unknown rule",
      changes: { "tokenizer.ggml.pre": "new-model" },
      code: "KV_MODEL_UNSUPPORTED",
      message: /"new-model".*llama-bpe/,
    },
    { name: "no tokens", changes: { "tokenizer.ggml.tokens": undefined }, code: "KV_MODEL_FILE", message: /tokenizer\.ggml\.tokens/ },
    { name: "no merges", changes: { "tokenizer.ggml.merges": undefined }, code: "KV_MODEL_FILE", message: /tokenizer\.ggml\.merges/ },
    { name: "a merge that is no pair", changes: { "tokenizer.ggml.merges": ["ab"] }, code: "KV_MODEL_FILE", message: /merges/ },
    {
      name: "a merge of a token that is not there",
      changes: { "tokenizer.ggml.merges": ["b a"] },
      code: "KV_MODEL_FILE",
      message: /merge 0 of "b" and "a"/,
    },
    {
      name: "too few token types",
      changes: { "tokenizer.ggml.token_type": Int32Array.of(1) },
      code: "KV_MODEL_FILE",
      message: /no list of 7 numbers/,
    },
    {
      name: "a BOS that is no token",
      changes: { "tokenizer.ggml.bos_token_id": 7 },
      code: "KV_MODEL_FILE",
      message: /bos_token_id is 7, no id of a vocabulary of 7/,
    },
    { name: "SentencePiece without scores", changes: { "tokenizer.ggml.model": "llama" }, code: "KV_MODEL_FILE", message: /scores/ },
  ])("is refused with $name", ({ changes, code, message }) => {
    expect(() => open(changes)).toThrow(expect.objectContaining({ code, message: expect.stringMatching(message) }));
  });
});
