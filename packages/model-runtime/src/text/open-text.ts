import { readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";

import { WeightFileError } from "../errors/weight-file-error.ts";
import { UnsupportedModelError } from "../errors/unsupported-model-error.ts";
import { readJsonObject } from "../weights/json-file.ts";
import type { WeightFile } from "../weights/weight-file.ts";
import { ChatFormatter } from "./chat/chat-formatter.ts";
import { ChatTemplate } from "./chat/chat-template.ts";
import { defaultTemplate } from "./chat/default-templates.ts";
import { readByteLevelVocabulary } from "./gguf/byte-level-vocabulary.ts";
import { readSentencePieceVocabulary } from "./gguf/sentencepiece-vocabulary.ts";
import { isObject, type JsonObject } from "./json/json-values.ts";
import { ModelTokenizer, type TokenizerParts } from "./model-tokenizer.ts";
import { readTokenizerJson } from "./json/tokenizer-json.ts";
import type { Tokenizer } from "./tokenizer.ts";

/** The text side of a model. */
export interface ModelText {
  readonly tokenizer: Tokenizer;
  readonly formatter: ChatFormatter;
  /** Fallbacks taken, for the log: missing chat template, unnamed pre-tokenizer. */
  readonly notes: readonly string[];
}

/**
 * Opens a model's tokenizer and chat template: from a GGUF file's metadata, or from the tokenizer.json, tokenizer_config.json,
 * generation_config.json and chat_template.jinja beside safetensors weights.
 * @param path What was given to `openWeightFile`.
 * @throws WeightFileError where files are missing or malformed. @throws UnsupportedModelError for kinds of tokenizers that are not read.
 */
export function openText(path: string, weights: WeightFile): ModelText {
  const notes: string[] = [];
  const report = (note: string): void => void notes.push(note);
  const { parts, template, file, eosToken } =
    weights.format === "gguf" ? fromGguf(path, weights.metadata, report) : fromDirectory(path, weights.metadata);
  const tokenizer = new ModelTokenizer(parts);
  const tokens = { bosToken: spelling(parts, parts.bosId), eosToken: eosToken ?? spelling(parts, parts.eosIds[0]) };
  if (template === undefined) {
    const fallback = defaultTemplate(tokenizer.specialTokens);
    report(`The model brings no chat template; the default "${fallback.name}" is used.`);
    return { tokenizer, formatter: new ChatFormatter(new ChatTemplate(fallback.source, tokens, file), tokenizer), notes };
  }
  return { tokenizer, formatter: new ChatFormatter(new ChatTemplate(template, tokens, file), tokenizer), notes };
}

interface TextSource {
  readonly parts: TokenizerParts;
  readonly template: string | undefined;
  /** Named in errors. */
  readonly file: string;
  /** What templates write for `eos_token`; the first of the ending tokens where absent. */
  readonly eosToken?: string | undefined;
}

function fromGguf(file: string, metadata: JsonObject, report: (note: string) => void): TextSource {
  const kind = metadata["tokenizer.ggml.model"];
  const template = metadata["tokenizer.chat_template"];
  const source = { file, template: typeof template === "string" && template !== "" ? template : undefined };
  if (kind === "gpt2") return { ...source, parts: readByteLevelVocabulary(metadata, file, report) };
  if (kind === "llama") return { ...source, parts: readSentencePieceVocabulary(metadata, file) };
  throw new UnsupportedModelError({
    key: "tokenizer.ggml.model",
    value: kind,
    supported: "gpt2 (byte-level BPE), llama (SentencePiece BPE)",
  });
}

function fromDirectory(path: string, config: JsonObject): TextSource {
  const directory = statSync(path).isDirectory() ? path : dirname(path);
  const file = join(directory, "tokenizer.json");
  const json = readJsonObject(file);
  if (json === undefined) {
    throw new WeightFileError({
      file,
      problem: "is missing",
      remedy: "Put the model's tokenizer.json beside its weights (a tokenizer.model alone is not read).",
    });
  }
  const settings = readJsonObject(join(directory, "tokenizer_config.json")) ?? {};
  const generation = readJsonObject(join(directory, "generation_config.json")) ?? {};
  const eosToken = tokenText(settings["eos_token"]);
  const parts = readTokenizerJson(json, {
    file,
    bosToken: tokenText(settings["bos_token"]),
    eosTokens: eosToken === undefined ? [] : [eosToken],
    eosIds: [...idList(generation["eos_token_id"]), ...idList(config["eos_token_id"])],
  });
  return { file: join(directory, "tokenizer_config.json"), parts, eosToken, template: readTemplate(directory, settings["chat_template"]) };
}

/** The template in a file of its own, else the one in tokenizer_config.json: a string, or a list of named ones. */
function readTemplate(directory: string, setting: unknown): string | undefined {
  const file = join(directory, "chat_template.jinja");
  if (statSync(file, { throwIfNoEntry: false })?.isFile() === true) return readFileSync(file, "utf8");
  if (typeof setting === "string") return setting;
  if (!Array.isArray(setting)) return undefined;
  const named = setting.find((entry: unknown) => isObject(entry) && entry["name"] === "default") as JsonObject | undefined;
  return tokenText(named?.["template"]);
}

/** A token given as text or as `{ content }`. */
function tokenText(value: unknown): string | undefined {
  const text = isObject(value) ? value["content"] : value;
  return typeof text === "string" && text !== "" ? text : undefined;
}

function idList(value: unknown): number[] {
  return (Array.isArray(value) ? value : [value]).filter(
    (id: unknown): id is number => typeof id === "number" && Number.isSafeInteger(id) && id >= 0,
  );
}

function spelling(parts: TokenizerParts, id: number | undefined): string {
  return id === undefined ? "" : (parts.vocabulary.spelling(id) ?? "");
}
