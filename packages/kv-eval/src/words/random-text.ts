import type { Random } from "../random.ts";
import { ADJECTIVES, NOUNS } from "./word-lists.ts";

/** What a needle's key or value looks like (RULER, scripts/data/synthetic/niah.py: `type_needle_k`, `type_needle_v`). */
export type NeedleText = "words" | "numbers" | "uuids";

/** An adjective and a noun with a hyphen between. */
function drawWordPair(random: Random): string {
  return `${random.pick(ADJECTIVES)}-${random.pick(NOUNS)}`;
}

/** A number of 7 digits. */
function drawNumber(random: Random): string {
  return String(random.integer(1_000_000, 9_999_999));
}

/** A version 4 UUID. */
function drawUuid(random: Random): string {
  const digits = drawCharacters(random, "0123456789abcdef", 32);
  const variant = random.pick(["8", "9", "a", "b"]);
  const text = `${digits.slice(0, 12)}4${digits.slice(13, 16)}${variant}${digits.slice(17)}`;
  return [text.slice(0, 8), text.slice(8, 12), text.slice(12, 16), text.slice(16, 20), text.slice(20)].join("-");
}

/** A key or value of the given kind. */
export function drawNeedleText(kind: NeedleText, random: Random): string {
  return { words: drawWordPair, numbers: drawNumber, uuids: drawUuid }[kind](random);
}

/** Random characters of an alphabet, e.g. the names of variables. */
export function drawCharacters(random: Random, alphabet: string, count: number): string {
  return Array.from({ length: count }, () => alphabet[random.integer(0, alphabet.length - 1)]).join("");
}

/** Draws until something new comes, and adds it to `taken`. @throws RangeError where nothing new comes in 10,000 draws. */
export function drawNew(taken: Set<string>, draw: () => string): string {
  for (let attempt = 0; attempt < 10_000; attempt++) {
    const text = draw();
    if (!taken.has(text)) {
      taken.add(text);
      return text;
    }
  }
  throw new RangeError(`Nothing new was drawn; ${taken.size} are taken.`);
}
