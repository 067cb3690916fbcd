import { TextDecoder } from "node:util";

import { BYTE_OF_CHARACTER } from "./byte-level-alphabet.ts";

/** How the strings of a vocabulary stand for bytes. */
export type VocabularyKind =
  /** Every character stands for one byte (GPT-2). */
  | "byte-level"
  /** Text in which U+2581 stands for a space, and `<0xNN>` for one byte (SentencePiece). */
  | "sentencepiece";

/** What a token is. `added` and `special` tokens are found in text as they are; `special` ones are not part of what people read. */
export type TokenRole = "normal" | "byte" | "added" | "special" | "unused";

const EMPTY = new Uint8Array(0);
const ENCODER = new TextEncoder();
const DECODER = new TextDecoder("utf-8", { ignoreBOM: true });
const BYTE_TOKEN = /^<0x([0-9A-Fa-f]{2})>$/;

/** Id to token, with the bytes each token adds to a text. */
export class Vocabulary {
  readonly kind: VocabularyKind;
  readonly size: number;
  readonly #tokens: readonly (string | undefined)[];
  /** Roles other than `normal`. */
  readonly #roles: ReadonlyMap<number, TokenRole>;

  constructor(kind: VocabularyKind, tokens: readonly (string | undefined)[], roles: ReadonlyMap<number, TokenRole>) {
    this.kind = kind;
    this.size = tokens.length;
    this.#tokens = tokens;
    this.#roles = roles;
  }

  /** The vocabulary's own spelling of a token. */
  spelling(id: number): string | undefined {
    return this.#tokens[id];
  }

  role(id: number): TokenRole {
    return this.#roles.get(id) ?? "normal";
  }

  isSpecial(id: number): boolean {
    return this.#roles.get(id) === "special";
  }

  bytes(id: number): Uint8Array {
    const token = this.#tokens[id];
    if (token === undefined) return EMPTY;
    const role = this.role(id);
    if (role === "special" || (role === "added" && this.kind === "byte-level")) return ENCODER.encode(token);
    return this.kind === "byte-level" ? bytesOfCharacters(token) : bytesOfPiece(token, role);
  }

  text(id: number): string {
    const token = this.#tokens[id];
    if (token === undefined) return "";
    const role = this.role(id);
    if (role === "special" || (role === "added" && this.kind === "byte-level")) return token;
    if (this.kind === "sentencepiece" && role !== "byte") return token.replaceAll("\u2581", " ");
    return DECODER.decode(this.bytes(id));
  }
}

function bytesOfCharacters(token: string): Uint8Array {
  const bytes = new Uint8Array(token.length);
  for (let index = 0; index < token.length; index++) {
    const byte = BYTE_OF_CHARACTER[token.charCodeAt(index)];
    // Some vocabularies hold plain text among byte-level tokens.
    if (byte === undefined || byte < 0) return ENCODER.encode(token);
    bytes[index] = byte;
  }
  return bytes;
}

function bytesOfPiece(piece: string, role: TokenRole): Uint8Array {
  const byte = role === "byte" ? BYTE_TOKEN.exec(piece)?.[1] : undefined;
  if (byte !== undefined) return new Uint8Array([Number.parseInt(byte, 16)]);
  return ENCODER.encode(piece.replaceAll("\u2581", " "));
}
