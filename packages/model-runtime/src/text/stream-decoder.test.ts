import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import { Utf8StreamDecoder } from "./stream-decoder.ts";

/** Tokens of one byte each. */
const bytewise = (): Utf8StreamDecoder => new Utf8StreamDecoder((token) => Uint8Array.of(token));

describe("Utf8StreamDecoder", () => {
  it("waits for the last byte of a character", () => {
    const decoder = bytewise();
    expect([...Buffer.from("é🎉")].map((byte) => decoder.push(byte))).toEqual(["", "é", "", "", "", "🎉"]);
    expect(decoder.flush()).toBe("");
  });

  it("keeps a byte-order mark", () => {
    const decoder = bytewise();
    expect([...Buffer.from("\uFEFFa")].map((byte) => decoder.push(byte)).join("")).toBe("\uFEFFa");
  });

  it("gives U+FFFD for what never becomes a character, and starts over", () => {
    const decoder = bytewise();
    expect(decoder.push(0xf0)).toBe("");
    expect(decoder.push(0x41)).toBe("\uFFFDA");
    expect(decoder.push(0xe4)).toBe("");
    expect(decoder.flush()).toBe("\uFFFD");
    expect(decoder.push(0x42)).toBe("B");
  });

  it("puts any text together again, and never half of a surrogate pair", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const decoder = bytewise();
        const pieces = [...Buffer.from(text)].map((byte) => decoder.push(byte));
        expect(pieces.join("") + decoder.flush()).toBe(text.replace(/\p{Surrogate}/gu, "\uFFFD"));
        expect(pieces.filter((piece) => /\p{Surrogate}/u.test(piece))).toEqual([]);
      }),
    );
  });
});
