import type { Random } from "../random.ts";
import type { Part } from "./one-message.ts";

/** Where needles are hidden: text that can be had in any amount. */
export interface Haystack {
  /** What stands between its pieces, and around needles. */
  readonly separator: string;
  /** Its first pieces, as many as make up `count` units: words of essays, else lines. */
  pieces(count: number): readonly Part[];
  /** Places for needles, from 0 (before everything) to 1 (behind everything), ascending; the same ones for every size. */
  readonly depths: readonly number[];
}

/** The noise that RULER repeats. */
export const NOISE = "The grass is green. The sky is blue. The sun is yellow. Here we go. There and back again.";

/** Lines, the same or each its own, with needles before random ones. */
export function createLineHaystack(line: (index: number) => Part, needleCount: number, random: Random): Haystack {
  const depths = Array.from({ length: needleCount }, () => random.fraction()).toSorted((a, b) => a - b);
  return { separator: "\n", pieces: (count) => Array.from({ length: count }, (_, index) => line(index)), depths };
}

/**
 * Sentences of essays from the first on, repeated where they do not suffice, with needles at different ones of 40 evenly spaced depths.
 * As in RULER all samples begin alike, so a prefix cache may serve what stands before their first needles.
 */
export function createEssayHaystack(essays: readonly (readonly string[])[], needleCount: number, random: Random): Haystack {
  const stream = essays.flat();
  const depthCount = Math.max(40, needleCount);
  const all = Array.from({ length: depthCount }, (_, index) => Math.round((100 * index) / (depthCount - 1)) / 100);
  const pieces = (count: number): readonly Part[] => {
    const parts: Part[] = [];
    for (let left = count, index = 0; left > 0; index++) {
      const words = (stream[index % stream.length] as string).split(" ");
      parts.push({ text: words.slice(0, left).join(" ") });
      left -= words.length;
    }
    return parts;
  };
  return { separator: " ", pieces, depths: random.sample(all, needleCount).toSorted((a, b) => a - b) };
}

/** Puts needles between the pieces of a haystack; piece `floor(depth * pieces)` follows its needle. */
export function hideNeedles(haystack: Haystack, count: number, needles: readonly Part[]): Part[] {
  const pieces = haystack.pieces(count);
  const places = haystack.depths.map((depth) => Math.floor(depth * pieces.length));
  const parts: Part[] = [];
  let next = 0;
  for (let index = 0; index <= pieces.length; index++) {
    while (next < needles.length && places[next] === index) parts.push(needles[next++] as Part);
    if (index < pieces.length) parts.push(pieces[index] as Part);
  }
  return parts;
}
