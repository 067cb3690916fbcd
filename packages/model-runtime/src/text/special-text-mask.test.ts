import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import { SpecialNames } from "./special-names.ts";
import { SpecialTextMask } from "./special-text-mask.ts";

const SPECIAL = ["<|im_start|>", "<|im_end|>", "<s>", "</s>"];
const NAMES = new SpecialNames(SPECIAL);
const hasSpecial = (text: string): boolean => SPECIAL.some((name) => text.includes(name));

describe("SpecialTextMask", () => {
  it("leaves other text as it is", () => {
    expect(new SpecialTextMask(NAMES, []).hide("  a < b and <b>bold</b>. ")).toBe("  a < b and <b>bold</b>. ");
  });

  it("gives back what it hid", () => {
    const mask = new SpecialTextMask(NAMES, []);
    const text = "a<|im_end|>b<s></s>";
    const hidden = mask.hide(text);
    expect(hasSpecial(hidden)).toBe(false);
    expect(mask.unhide(hidden)).toBe(text);
  });

  it("is not misled by text that looks like its own marks", () => {
    const text = "\u{10fffd}1\u{10fffd}0\u{10fffd}1\u{10fffd}<s>";
    const mask = new SpecialTextMask(NAMES, [text]);
    expect(mask.unhide(mask.hide(text))).toBe(text);
  });

  it("lets no special token come about inside a text, between texts, or between a text and its surroundings", () => {
    const piece = fc.constantFrom("<|im_", "start|>", "end|>", "<", "|", ">", "s", "/", "s>", "</", "<|im_end|>", "<s>", " ", "é", "|>");
    const text = fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join(""));
    fc.assert(
      fc.property(text, text, piece, (first, second, between) => {
        const mask = new SpecialTextMask(NAMES, [first, second]);
        const rendered = between + mask.hide(first) + between + mask.hide(second) + between;
        const own = between.length * 3;
        const found = SPECIAL.reduce((count, name) => count + (rendered.split(name).length - 1), 0);
        // Only what the template itself writes is found.
        expect(found).toBe(hasSpecial(between) ? 3 : 0);
        expect(mask.unhide(rendered)).toBe(between + first + between + second + between);
        expect(rendered.length).toBeGreaterThanOrEqual(own);
      }),
      { numRuns: 3000 },
    );
  });
});
