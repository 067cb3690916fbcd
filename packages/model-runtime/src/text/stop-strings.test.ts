import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import { StopMatcher } from "./stop-strings.ts";

function run(stops: readonly string[], pieces: readonly string[]): { outputs: string[]; text: string; isStopped: boolean } {
  const matcher = new StopMatcher(stops);
  const results = pieces.map((piece) => matcher.push(piece));
  const outputs = results.map((result) => result.text);
  const isStopped = results.some((result) => result.isStopped);
  return { outputs, text: outputs.join("") + (isStopped ? "" : matcher.flush()), isStopped };
}

describe("StopMatcher", () => {
  it("passes text on at once where no stop string can begin", () => {
    expect(run(["\n\n"], ["Hello", " world"]).outputs).toEqual(["Hello", " world"]);
  });

  it("holds back what may begin a stop string, and gives it out once it does not", () => {
    expect(run(["</s>"], ["a<", "/", "b>"]).outputs).toEqual(["a", "", "</b>"]);
    expect(run(["</s>"], ["a</"]).text).toBe("a</");
  });

  it("never gives out a part of a stop string", () => {
    expect(run(["STOP"], ["xS", "T", "OP and more", "y"])).toEqual({ outputs: ["x", "", "", ""], text: "x", isStopped: true });
  });

  it("ends before the earliest of several stop strings, overlapping ones too", () => {
    expect(run(["cd", "bcde"], ["abcdef"]).text).toBe("a");
    expect(run(["aab"], ["aaa", "ab"]).text).toBe("aa");
  });

  it("ignores empty stop strings", () => {
    expect(run([""], ["a", "b"])).toMatchObject({ text: "ab", isStopped: false });
  });

  it("gives the same text however it is cut into pieces", () => {
    const letters = fc.constantFrom("a", "b", "c");
    const word = fc.string({ unit: letters, minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(
        fc.array(word, { maxLength: 3 }),
        fc.array(fc.string({ unit: letters, maxLength: 5 }), { maxLength: 12 }),
        (stops, pieces) => {
          const whole = pieces.join("");
          const starts = stops.map((stop) => whole.indexOf(stop)).filter((start) => start >= 0);
          const ends = stops.map((stop) => whole.indexOf(stop) + stop.length).filter((_, i) => whole.includes(stops[i] as string));
          const result = run(stops, pieces);
          expect(result.isStopped).toBe(starts.length > 0);
          // A stop string that is complete first stops first, though another may have begun earlier.
          if (starts.length === 0) expect(result.text).toBe(whole);
          else expect(result.text.length).toBeLessThan(Math.min(...ends));
          expect(whole.startsWith(result.text)).toBe(true);
        },
      ),
      { numRuns: 2000 },
    );
  });
});
