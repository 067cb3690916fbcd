import type { Random } from "../../random.ts";

interface LegendForm {
  readonly opening: string;
  /** {code} and {value}. */
  readonly entry: string;
  readonly separator: string;
}

/** How legends are written; each says that it holds from here on. */
export const legendForms: readonly LegendForm[] = [
  { opening: "From here on, ", entry: "'{code}' means {value}", separator: ", " },
  { opening: "In the {doc}s that follow, ", entry: "'{code}' stands for {value}", separator: ", " },
  { opening: "New key, valid until the next one: ", entry: "{code} = {value}", separator: "; " },
  { opening: "From now on, read ", entry: "'{code}' as {value}", separator: ", " },
  { opening: "The code words now change: ", entry: "{code} is {value}", separator: ", " },
];

/** One sentence that gives code words their meanings. */
export function writeLegend(meanings: readonly (readonly [string, string])[], doc: string, random: Random): string {
  const { opening, entry, separator } = random.pick(legendForms);
  const plural = doc === "entry" ? "entries" : doc === "story" ? "stories" : `${doc}s`;
  const entries = meanings.map(([code, value]) => entry.replace("{code}", code).replace("{value}", value));
  return `${opening.replace("{doc}s", plural)}${entries.join(separator)}.`;
}

/** Ways to give a code word's meaning right after it. */
export const glosses: readonly string[] = ["{code} ({value})", "{code} (that is, {value})", "{code} (meaning {value})"];
