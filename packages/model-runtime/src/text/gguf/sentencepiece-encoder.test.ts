import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import type { TokenRole } from "../vocabulary.ts";
import { SentencePieceEncoder } from "./sentencepiece-encoder.ts";

interface Piece {
  readonly text: string;
  readonly score: number;
  readonly role?: TokenRole;
}

function encode(pieces: readonly Piece[], text: string, addsSpacePrefix = false): string[] {
  const roles = new Map(pieces.flatMap((piece, id) => (piece.role === undefined ? [] : [[id, piece.role] as const])));
  const tokens = pieces.map((piece) => piece.text);
  const encoder = new SentencePieceEncoder({ tokens, scores: pieces.map((piece) => piece.score), roles, unknownId: 0, addsSpacePrefix });
  return encoder.encode(text, { isFirst: true }).map((id) => tokens[id] as string);
}

/** The algorithm by its definition: merge the best pair, leftmost first, until none is left. */
function mergeSlowly(pieces: readonly Piece[], text: string): string[] {
  const scores = new Map(pieces.map((piece) => [piece.text, piece.score]));
  const symbols = Array.from(text);
  for (;;) {
    let best: { at: number; score: number } | undefined;
    for (let at = 0; at + 1 < symbols.length; at++) {
      const score = scores.get(`${symbols[at]}${symbols[at + 1]}`);
      if (score !== undefined && (best === undefined || score > best.score)) best = { at, score };
    }
    if (best === undefined) return symbols;
    symbols.splice(best.at, 2, `${symbols[best.at]}${symbols[best.at + 1]}`);
  }
}

const UNKNOWN: Piece = { text: "<unk>", score: 0, role: "special" };
const BYTES: readonly Piece[] = Array.from({ length: 256 }, (_, byte) => ({
  text: `<0x${byte.toString(16).toUpperCase().padStart(2, "0")}>`,
  score: 0,
  role: "byte",
}));

describe("SentencePieceEncoder", () => {
  it("merges by score", () => {
    const pieces = [
      UNKNOWN,
      ..."abc▁".split("").map((text) => ({ text, score: -9 })),
      { text: "ab", score: -2 },
      { text: "bc", score: -1 },
      { text: "▁a", score: -3 },
    ];
    expect(encode(pieces, "abc a")).toEqual(["a", "bc", "▁a"]);
  });

  it("puts a space in front where the vocabulary wants it", () => {
    const pieces = [UNKNOWN, { text: "▁", score: -9 }, { text: "a", score: -9 }, { text: "▁a", score: -1 }];
    expect(encode(pieces, "a", true)).toEqual(["▁a"]);
    expect(encode(pieces, "", true)).toEqual([]);
  });

  it("falls back to bytes, else to the unknown token", () => {
    expect(encode([UNKNOWN, ...BYTES], "é\n")).toEqual(["<0xC3>", "<0xA9>", "<0x0A>"]);
    expect(encode([UNKNOWN, { text: "a", score: 0 }], "aé")).toEqual(["a", "<unk>", "<unk>"]);
    expect(encode([UNKNOWN, ...BYTES], "\ud800")).toEqual(["<0xEF>", "<0xBF>", "<0xBD>"]);
  });

  it("never builds a control or byte token from text", () => {
    const characters = Array.from("<0xA>unk", (text) => ({ text, score: -9 }));
    const parts = ["<u", "nk", "nk>", "<0", "<0x", "0A", "0A>"].map((text, rank) => ({ text, score: -rank }));
    expect(encode([UNKNOWN, ...BYTES, ...characters, ...parts], "<unk>")).toEqual(["<u", "nk>"]);
    expect(encode([UNKNOWN, ...BYTES, ...characters, ...parts], "<0x0A>")).toEqual(["<0x", "0A>"]);
  });

  it("takes user-defined pieces out first, the longest that fits", () => {
    const pieces: Piece[] = [
      UNKNOWN,
      ...Array.from("ab▁", (text) => ({ text, score: -9 })),
      { text: "  ", score: 0, role: "added" },
      { text: "▁a", score: -1 },
    ];
    expect(encode(pieces, "b   a")).toEqual(["b", "  ", "▁a"]);
  });

  it("does what its definition says, for any scores and text", () => {
    const letters = Array.from("ab▁");
    const words = fc.uniqueArray(
      fc.tuple(fc.string({ unit: fc.constantFrom(...letters), minLength: 2, maxLength: 5 }), fc.integer({ min: -4, max: 0 })),
      { selector: ([text]) => text, maxLength: 20 },
    );
    const text = fc.string({ unit: fc.constantFrom("a", "b", " "), maxLength: 50 });
    fc.assert(
      fc.property(words, text, (entries, input) => {
        const pieces = [
          UNKNOWN,
          ...letters.map((letter) => ({ text: letter, score: -9 })),
          ...entries.map(([piece, score]) => ({ text: piece, score })),
        ];
        expect(encode(pieces, input)).toEqual(mergeSlowly(pieces.slice(1), input.replaceAll(" ", "▁")));
      }),
      { numRuns: 1500 },
    );
  });
});
