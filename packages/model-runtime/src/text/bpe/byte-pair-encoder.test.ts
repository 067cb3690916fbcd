import { Tokenizer as LibraryTokenizer } from "@huggingface/tokenizers";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import { BytePairEncoder, type BytePairVocabulary } from "./byte-pair-encoder.ts";

const DEFAULTS: BytePairVocabulary = {
  ids: new Map(),
  merges: [],
  ignoreMerges: false,
  byteFallback: false,
  unknownId: undefined,
  fuseUnknown: false,
};

function vocabulary(
  tokens: readonly string[],
  merges: readonly (readonly [string, string])[],
  rest: Partial<BytePairVocabulary> = {},
): BytePairVocabulary {
  return { ...DEFAULTS, ids: new Map(tokens.map((token, id) => [token, id])), merges, ...rest };
}

function encode(parts: BytePairVocabulary, piece: string): string[] {
  const names = [...parts.ids.keys()];
  const ids: number[] = [];
  const encoder = new BytePairEncoder(parts);
  encoder.encodeInto(ids, piece);
  encoder.encodeInto([], piece);
  return ids.map((id) => names[id] as string);
}

describe("BytePairEncoder", () => {
  it("merges the pair of lowest rank first, the leftmost among equals", () => {
    const parts = vocabulary(
      ["a", "b", "c", "bc", "ab", "aa"],
      [
        ["b", "c"],
        ["a", "b"],
        ["a", "a"],
      ],
    );
    expect(encode(parts, "abc")).toEqual(["a", "bc"]);
    expect(encode(parts, "aaa")).toEqual(["aa", "a"]);
    expect(encode(parts, "")).toEqual([]);
  });

  it("takes a piece that is a token whole where merges are ignored", () => {
    const tokens = ["a", "b", "c", "ab", "abc"];
    expect(encode(vocabulary(tokens, [["a", "b"]]), "abc")).toEqual(["ab", "c"]);
    expect(encode(vocabulary(tokens, [["a", "b"]], { ignoreMerges: true }), "abc")).toEqual(["abc"]);
  });

  it("falls back to bytes, else to the unknown token, else to nothing", () => {
    expect(encode(vocabulary(["a", "<0xC3>", "<0xA9>"], [], { byteFallback: true }), "aé")).toEqual(["a", "<0xC3>", "<0xA9>"]);
    expect(encode(vocabulary(["a", "?"], [], { byteFallback: true, unknownId: 1 }), "éaéé")).toEqual(["?", "a", "?", "?"]);
    expect(encode(vocabulary(["a", "?"], [], { unknownId: 1, fuseUnknown: true }), "éaéé")).toEqual(["?", "a", "?"]);
    expect(encode(vocabulary(["a"], []), "éa")).toEqual(["a"]);
  });

  it("refuses merges of tokens that are not there", () => {
    expect(() => new BytePairEncoder(vocabulary(["a", "b"], [["a", "b"]]))).toThrow(/merge 0 of "a" and "b"/);
  });

  it("encodes 200,000 characters without a space in less than two seconds", () => {
    const parts = vocabulary(
      ["x", "xx", "xxxx"],
      [
        ["x", "x"],
        ["xx", "xx"],
      ],
    );
    const start = performance.now();
    expect(encode(parts, "x".repeat(200_001))).toHaveLength(50_001);
    expect(performance.now() - start).toBeLessThan(2000);
  });

  it("gives what the library gives, for any merges and text", () => {
    const letters = ["a", "b", "c"];
    const choices = fc.array(fc.tuple(fc.nat(1000), fc.nat(1000)), { maxLength: 25 });
    const text = fc.string({ unit: fc.constantFrom(...letters), maxLength: 60 });
    fc.assert(
      fc.property(choices, text, (pairs, piece) => {
        const tokens = [...letters];
        const merges: [string, string][] = [];
        for (const [left, right] of pairs) {
          const merge: [string, string] = [tokens[left % tokens.length] as string, tokens[right % tokens.length] as string];
          // As training does: a pair merges once, and into a token of its own.
          if (tokens.includes(merge.join(""))) continue;
          merges.push(merge);
          tokens.push(merge.join(""));
        }
        const vocab = Object.fromEntries(tokens.map((token, id) => [token, id]));
        const model = { type: "BPE", vocab, merges, ignore_merges: false, byte_fallback: false, fuse_unk: false, unk_token: null };
        const library = new LibraryTokenizer(
          { model, added_tokens: [], normalizer: null, pre_tokenizer: null, post_processor: null, decoder: null },
          {},
        );
        expect(encode(vocabulary(tokens, merges), piece)).toEqual(library.tokenize(piece));
      }),
      { numRuns: 1000 },
    );
  });
});
